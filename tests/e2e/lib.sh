# shellcheck shell=bash
# What the cases are written in. Each expectation prints its claim first and ends the case when it does not hold.

E2E_LOGS=$ROOT/build/logs/e2e

target_kubectl() { "$(tool_dir kubernetes)/kubectl" --kubeconfig "$NODE_KUBECONFIG" "$@"; }

# The operator's CSV that OLM did not copy, as namespace/name.
e2e_csv() {
  target_kubectl get csv -A -l '!olm.copiedFrom' -o json |
    jq -r '.items[] | select([.spec.install.spec.deployments[].spec.template.spec.containers[].env[]?.name] | any(startswith("IMAGE_"))) | "\(.metadata.namespace)/\(.metadata.name)"'
}

e2e_csv_spec() { target_kubectl -n "${E2E_CSV%/*}" get csv "${E2E_CSV#*/}" -o json | jq -S .spec; }

# Every image that runs in Tekton's namespace on the target, by container: what must be the same again after a run.
e2e_running() {
  target_kubectl -n tekton-pipelines get pods -o json |
    jq -r '.items[] | select(.metadata.deletionTimestamp == null) | .status.containerStatuses[]? | "\(.name) \(.imageID)"' | sort -u
}

e2e_prepare() {
  mkdir -p "$E2E_LOGS"
  E2E_CSV=$(e2e_csv)
  [[ $E2E_CSV ]] || die "no operator on the target: scripts/cluster up"
}

e2e_begin() { # CASE
  RUN='' CODE=''
  e2e_csv_spec >"$E2E_LOGS/$1.csv-before.json"
  e2e_running >"$E2E_LOGS/$1.running-before.txt"
  E2E_CASE=$1
}

# e2e_start PARAM...: starts a gate with one quick scenario of the smoke suite, unless the params say otherwise.
e2e_start() {
  local -a params=("components=pipeline:v1.9.2" "specs=specs/tasks.spec" "tags=results" "label=$E2E_CASE" "$@")
  gate_params smoke
  RUN=$(gate_start "${params[@]}")
  RECORD=$(hub_runs_folder)/$RUN
  printf 'run %s\n' "$RUN"
}

# e2e_finish: follows the run to its end; CODE is the verdict's exit code then.
e2e_finish() {
  gate_follow "$RUN"
  CODE=0
  gate_verdict "$RUN" || CODE=$?
}

# The name of the newest run on record that built the images of the version under test.
e2e_earlier_run() {
  local file
  for file in $(find "$(hub_runs_folder)" -path '*/images/pipeline.json' -printf '%T@ %p\n' | sort -nr | cut -d' ' -f2); do
    file=${file%/images/pipeline.json}
    if jq -e '.components[0].requested_ref == "v1.9.2"' "$file/plan.json" >/dev/null; then
      printf '%s\n' "${file##*/}"
      return
    fi
  done
  not_as_expected "no run has built images of v1.9.2 yet"
}

e2e_gate() {
  e2e_start "$@"
  e2e_finish
}

# Serves a console plugin that is new each time, so that no registry has it; its files belong to somebody else, as real ones do.
e2e_console_plugin() {
  local folder
  folder=$(mktemp -d)
  git init -q --initial-branch=main "$folder"
  date +%s%N >"$folder/page.html"
  printf 'FROM scratch\nCOPY --chown=1001:0 page.html /html/\nUSER 1001\n' >"$folder/Dockerfile"
  git -C "$folder" add .
  git -C "$folder" -c user.name='Upstream Fixture' -c user.email=upstream@example.invalid commit -qm 'A page'
  git_server_push "$folder" console-plugin.git
  rm -rf "$folder"
}

not_as_expected() {
  printf 'not as expected: %s\n' "$*"
  exit 1
}

expect_code() {
  printf 'expect: exit code %s\n' "$1"
  [[ $CODE == "$1" ]] || not_as_expected "exit code $CODE instead of $1"
  expect_json verdict.json ".exit_code == $1"
}

# expect_json FILE JQ: a file of the run's record is there, and JQ holds of it.
expect_json() {
  printf 'expect: %s has %s\n' "$1" "$2"
  [[ -e $RECORD/$1 ]] || not_as_expected "$1 is not in the record"
  jq -e "$2" "$RECORD/$1" >/dev/null || not_as_expected "$1: not $2: $(jq -c . "$RECORD/$1" | cut -c1-300)"
}

expect_reason() { expect_json verdict.json ".reasons | any(.code == \"$1\" and (.text | contains(\"$2\")))"; } # CODE TEXT

# Takes images out of the target's node, so that it must pull them again.
e2e_forget_images() { # TEXT in their names
  local -a node=(ctr --address "$NODE_DIR/containerd/containerd.sock" --namespace k8s.io images)
  "${node[@]}" ls -q | grep -F "$1" | xargs -r "${node[@]}" rm >/dev/null
}

e2e_wait() { # SECONDS WHAT COMMAND...
  local seconds=$1 what=$2 begin=$SECONDS
  shift 2
  until "$@"; do
    ((SECONDS - begin < seconds)) || not_as_expected "$what: not within $seconds s"
    sleep 0.5
  done
}

e2e_same_running() { [[ $(e2e_running) == "$(<"$E2E_LOGS/$E2E_CASE.running-before.txt")" ]]; }

# After every case: the CSV says what it said, the old images run, and no record of an undo is left.
e2e_expect_restored() {
  printf 'expect: the target is as before\n'
  e2e_csv_spec >"$E2E_LOGS/$E2E_CASE.csv-after.json"
  cmp -s "$E2E_LOGS/$E2E_CASE.csv-before.json" "$E2E_LOGS/$E2E_CASE.csv-after.json" || not_as_expected "the CSV is not what it was"
  e2e_wait 90 "the old images run" e2e_same_running
  [[ -z $(target_kubectl get configmaps -A -l app.kubernetes.io/managed-by=streamgate -o name) ]] || not_as_expected "an undo record is left"
}

# After a failed case: so that the next one starts from a sound target.
e2e_recover() { # RUN
  "$ROOT/scripts/cluster" registry start target
  "$(build_bin)/patch-csv" --restore --run "$1" --run-dir "$E2E_LOGS" --kubeconfig "$NODE_KUBECONFIG" ||
    "$ROOT/scripts/cluster" reset target
}
