# shellcheck shell=bash
# The long-running processes of a folder of state: started detached, found again by process id and start time (so that an id which
# the kernel gave to somebody else is never mistaken for ours). Each function takes the folder first; it holds run/ and logs/.

# proc_start_time PID: when the process started, in clock ticks since boot; nothing if there is no such process.
proc_start_time() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
  # The second field is the name in parentheses and may itself hold blanks and parentheses.
  stat=${stat##*) }
  # shellcheck disable=SC2086
  set -- $stat
  [[ $1 == Z ]] || printf '%s\n' "${20}"
}

# proc_pid FOLDER NAME: the process id, if it is running; fails otherwise.
proc_pid() {
  local pid started
  { read -r pid started <"$1/run/$2.pid"; } 2>/dev/null || return 1
  [[ $started && $(proc_start_time "$pid") == "$started" ]] || return 1
  printf '%s\n' "$pid"
}

proc_running() { proc_pid "$@" >/dev/null; }

# proc_start FOLDER NAME CGROUP NETNS COMMAND...: starts COMMAND unless it runs. NETNS is a network namespace's file, or "host".
proc_start() {
  local folder=$1 name=$2 cgroup=$3 netns=$4 pid
  shift 4
  proc_running "$folder" "$name" && return
  mkdir -p "$folder/run" "$folder/logs"
  local -a enter=()
  # Not `ip netns exec`: it mounts /sys anew, without the control groups, and the kubelet needs them.
  [[ $netns == host ]] || enter=(nsenter "--net=$netns" --)
  (
    # Whoever holds these locks waits for the script, not for what the script leaves running.
    exec </dev/null >>"$folder/logs/$name.log" 2>&1 9>&- 8>&-
    [[ $cgroup == none ]] || cgroup_enter "$cgroup"
    cd / || exit
    exec "${enter[@]}" setsid -- "$@"
  ) &
  pid=$!
  printf '%s %s\n' "$pid" "$(proc_start_time "$pid")" >"$folder/run/$name.pid"
}

# proc_stop FOLDER NAME [SECONDS]: ends it, by force after SECONDS (default 10).
proc_stop() {
  local pid deadline=$((SECONDS + ${3:-10}))
  if pid=$(proc_pid "$1" "$2"); then
    kill "$pid" 2>/dev/null || true
    while proc_running "$1" "$2" && ((SECONDS < deadline)); do sleep 0.05; done
    if proc_running "$1" "$2"; then kill -KILL "$pid" 2>/dev/null || true; fi
    while proc_running "$1" "$2" && ((SECONDS < deadline + 5)); do sleep 0.05; done
  fi
  rm -f "$1/run/$2.pid"
}

# proc_names FOLDER: what was started there and not stopped since.
proc_names() {
  local file
  for file in "$1"/run/*.pid; do
    [[ -e $file ]] || continue
    file=${file##*/}
    printf '%s\n' "${file%.pid}"
  done
}
