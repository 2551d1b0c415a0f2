# shellcheck shell=bash
# Control groups: each cluster has one of its own, in every hierarchy (cgroup v1) or in the only one (v2). What runs for the cluster
# is in there, so that nothing of it can be missed and nothing else can be hit.

readonly CGROUP_FS=/sys/fs/cgroup

# cgroup_hierarchies: the folders in which a cluster needs a control group.
cgroup_hierarchies() {
  if [[ -e $CGROUP_FS/cgroup.controllers ]]; then
    printf '%s\n' "$CGROUP_FS"
  else
    local file
    for file in "$CGROUP_FS"/*/cgroup.procs; do [[ -e $file ]] && printf '%s\n' "${file%/cgroup.procs}"; done
  fi
}

# cgroup_tracking: the hierarchy by which processes are found again.
cgroup_tracking() {
  if [[ -e $CGROUP_FS/cgroup.controllers ]]; then printf '%s\n' "$CGROUP_FS"; else printf '%s\n' "$CGROUP_FS/pids"; fi
}

# cgroup_create NAME: makes the group, and in it `system` for the processes that are in no pod.
cgroup_create() {
  local hierarchy file
  while read -r hierarchy; do
    mkdir -p "$hierarchy/$1"
    # A new cpuset group of v1 is empty and takes no process until it is given processors and memory nodes.
    for file in cpuset.cpus cpuset.mems; do
      [[ -e $hierarchy/$file && -e $hierarchy/cgroup.clone_children ]] && cat "$hierarchy/$file" >"$hierarchy/$1/$file"
    done
    # All pods of a cluster are one group beside single processes: give it the weight of eight, else what compiles
    # beside it starves it.
    [[ ! -e $hierarchy/$1/cpu.shares ]] || printf '8192\n' >"$hierarchy/$1/cpu.shares"
    [[ ! -e $hierarchy/$1/cpu.weight ]] || printf '800\n' >"$hierarchy/$1/cpu.weight"
  done < <(cgroup_hierarchies)
  mkdir -p "$(cgroup_tracking)/$1/system"
}

# cgroup_enter NAME: moves the calling (sub)shell in there.
cgroup_enter() { printf '%s\n' "$BASHPID" >"$(cgroup_tracking)/$1/system/cgroup.procs"; }

# cgroup_processes NAME: the process ids of the whole tree.
cgroup_processes() {
  local folder
  folder=$(cgroup_tracking)/$1
  [[ -d $folder ]] || return 0
  find "$folder" -name cgroup.procs -exec cat {} + 2>/dev/null || true
}

# cgroup_end NAME: ends every process of the group, at once and by force.
cgroup_end() {
  local pids deadline=$((SECONDS + 20))
  while pids=$(cgroup_processes "$1") && [[ $pids ]] && ((SECONDS < deadline)); do
    # shellcheck disable=SC2086
    kill -KILL $pids 2>/dev/null || true
    sleep 0.05
  done
}

# cgroup_folders NAME: all folders of the group, in all hierarchies, the innermost first.
cgroup_folders() {
  local hierarchy
  while read -r hierarchy; do
    [[ -d $hierarchy/$1 ]] && { find "$hierarchy/$1" -depth -type d 2>/dev/null || true; }
  done < <(cgroup_hierarchies)
  return 0
}

# cgroup_remove NAME: removes the group; its processes must be gone. A group is busy for a moment after its last process.
cgroup_remove() {
  local deadline=$((SECONDS + 10))
  while [[ -n $(cgroup_folders "$1") ]] && ((SECONDS < deadline)); do
    cgroup_folders "$1" | xargs -r rmdir 2>/dev/null || sleep 0.1
  done
}
