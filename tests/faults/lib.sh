# shellcheck shell=bash
# How a fault is written, provoked and put on record. tests/faults/kinds/*.sh has the faults:
#
#   kind NAME CATEGORY HALF     what the functions after it are about
#   NAME/VARIANT() { ...; }     provokes the fault in the namespace $NS, then runs one check, which must fail
#
# What a function changes outside of $NS it gives back with `undo COMMAND...`, said before the change.
# Needs log.sh, cache.sh and node.sh.

FAULTS=$ROOT/tests/faults
BUILD=${STREAMGATE_BUILD:-$ROOT/build/ci}
declare -A KIND_CATEGORY=() KIND_HALF=()

kind() { KIND_CATEGORY[$1]=$2 KIND_HALF[$1]=$3; }

for file in "$FAULTS"/kinds/*.sh; do
  # shellcheck source=/dev/null
  source "$file"
done
mapfile -t ALL_FAULTS < <(compgen -A function | grep / | LC_ALL=C sort)

faults_list() {
  local fault
  for fault in "${ALL_FAULTS[@]}"; do
    printf '%-34s %-22s %s\n' "$fault" "${KIND_CATEGORY[${fault%/*}]}" "${KIND_HALF[${fault%/*}]}"
  done
}

# --- What a fault is made of ---

k() { kubectl -n "$NS" "$@"; }

# manifest: the objects on stdin are what the check creates.
manifest() { cat >"$WORK/manifest.yaml"; }

# task STEP_FIELDS [SPEC_FIELDS]: the manifest is a TaskRun of one step, given in YAML's flow style.
task() {
  manifest <<YAML
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: build}
spec: {${2:+$2, }taskSpec: {steps: [{name: main, image: busybox, $1}]}}
YAML
}

# pod CONTAINER_FIELDS [SPEC_FIELDS]: the manifest is a pod of one container.
pod() {
  manifest <<YAML
apiVersion: v1
kind: Pod
metadata: {name: worker}
spec: {restartPolicy: Never, ${2:+$2, }containers: [{name: main, image: busybox, $1}]}
YAML
}

# undo COMMAND...: done at the end, the last one first.
undo() { UNDO=("$(printf '%q ' "$@")" "${UNDO[@]}"); }

undo_all() {
  local command
  for command in "${UNDO[@]}"; do eval "$command" >>"$WORK/undo.log" 2>&1 || true; done
}

# kubeconfig FILTER [ARG...]: what the check reaches the cluster with is the administrator's, changed by jq.
kubeconfig() {
  kubectl config view --raw --minify -o json | jq "$@" >"$WORK/kubeconfig"
  CHECK_KUBECONFIG=$WORK/kubeconfig
}

# account [ROLE]: the check runs as an account of the namespace, which may do there what the ClusterRole says.
account() {
  k create serviceaccount tester
  [[ ! ${1:-} ]] || k create rolebinding tester --clusterrole="$1" --serviceaccount="$NS:tester"
  # shellcheck disable=SC2016 # a variable of jq
  kubeconfig --arg token "$(k create token tester)" '.users[0].user = {token: $token}'
}

# background COMMAND...: runs it until the fault is undone.
background() {
  "$@" >"$WORK/background.log" 2>&1 </dev/null &
  undo kill $!
}

# trouble PORT MODE...: a server on 127.0.0.1 that behaves badly.
trouble() {
  background "$BIN/trouble" "127.0.0.1:$1" "${@:2}"
  wait_until 10 "the server on port $1" "$WORK/background.log" bash -c "exec 3<>/dev/tcp/127.0.0.1/$1"
}

# The operator's parts and Tekton are as they should be.
well() {
  kubectl get deployments -A -o json | jq -e 'all(.items[]; .status.availableReplicas == .spec.replicas)' &&
    kubectl get tektonconfig config -o json | jq -e 'any(.status.conditions[]; .type == "Ready" and .status == "True")'
}
wait_well() { wait_until 180 "the target" "$WORK/undo.log" well; }

# --- Checks ---

# checked FILE: the failed test of a result file ("" for the one that go test left) becomes the fault's row.
checked() {
  "$BUILD/bin/parse-junit" --run-dir "$WORK/run" ${1:+"$1"} >"$WORK/parse.log" 2>&1 || true
  # A Go test that holds others fails with them; mostly it says nothing, but what a panic prints comes under its name.
  jq -e '[.tests[] | select(.status == "failed" or .status == "error")] | max_by(.detail | length) | select(.)' "$WORK/run/results.json" >"$WORK/test.json" ||
    die "$FAULT: no check failed; see $WORK"
}

# check TEST TITLE [NAME=VALUE...]: a test of suite/stepImpl, under the name that it has in the suite that is played. CHECK_KUBECONFIG,
# CHECK_PREFIX (a command before the test's) and CHECK_FLAGS (of the test binary) are a fault's to set.
check() {
  local test=$1 title=$2
  shift 2
  mkdir -p "$WORK/run/raw/e2e"
  # In the work folder, so that a command line names its files without their folder.
  cd "$WORK"
  gotestsum --format none --junitfile "$WORK/run/raw/e2e/junit.xml" --raw-command -- \
    env "${CHECK_ENVIRONMENT[@]}" KUBECONFIG="${CHECK_KUBECONFIG-$KUBECONFIG}" CHECK_TITLE="$title" "$@" \
    "${CHECK_PREFIX[@]}" go tool test2json -t -p streamgate.dev/e2e "$BIN/checks" -test.v=test2json -test.paniconexit0 "${CHECK_FLAGS[@]}" -test.run "^Test$test\$" >"$WORK/check.log" 2>&1 || true
  checked ''
}

# check_command TITLE COMMAND: the same, for a command line.
check_command() { check Command "$1" CHECK_COMMAND="$2" "${@:3}"; }

# The part of a check's command that waits until the fault's namespace has a Warning event.
until_warned() {
  printf "timeout 30 sh -c 'until kubectl -n %s get events --field-selector type=Warning -o name | grep -q .; do sleep 0.2; done'" "$NS"
}

# check_gauge STEP TITLE [NAME=VALUE...]: a scenario of one step of suite/stepImpl, run by gauge.
check_gauge() {
  local folder=$WORK/gauge
  mkdir -p "$folder/specs" "$WORK/run"
  cp -r "$FAULTS"/suite/{go.mod,go.sum,manifest.json,stepImpl} "$folder/"
  rm "$folder"/stepImpl/*_test.go
  printf '# %s\n## %s\n* %s\n' "${2%%: *}" "${2#*: }" "$1" >"$folder/specs/check.spec"
  gauge_run "$folder" "${@:3}"
}

# check_smoke TAGS [NAME=VALUE...]: scenarios of suites/smoke.
check_smoke() {
  mkdir -p "$WORK/run"
  cp -r "$ROOT/suites/smoke" "$WORK/gauge"
  gauge_run "$WORK/gauge" --tags "$1" "${@:2}"
}

gauge_run() { # FOLDER [--tags TAGS] [NAME=VALUE...]
  local folder=$1 tags=()
  shift
  [[ ${1:-} != --tags ]] || { tags=(--tags "$2") && shift 2; }
  (cd "$folder" && env "${CHECK_ENVIRONMENT[@]}" KUBECONFIG="${CHECK_KUBECONFIG-$KUBECONFIG}" GAUGE_HOME="$GAUGE_HOME" GOFLAGS=-trimpath \
    "$@" gauge run --simple-console "${tags[@]}" specs) >"$WORK/release-tests.log" 2>&1 || true
  checked "$WORK/release-tests.log"
}

gauge_home() { # FOLDER
  local plugin=$1/plugins/go/0.4.0
  mkdir -p "$plugin/bin" "$1/config"
  ln -sf "$(type -P gauge-go)" "$plugin/bin/gauge-go"
  cp "$(cd "$FAULTS/suite" && go list -m -f '{{.Dir}}' github.com/getgauge-contrib/gauge-go)/go.json" "$plugin/"
  printf 'check_updates = false\nrunner_connection_timeout = 600000\n' >"$1/config/gauge.properties"
}

# --- The record ---

# facts: what the target says of the namespace and of the operator's components, as artifacts/facts.json has it.
facts() {
  local kinds
  kinds=$(kubectl get crd -o json | jq -r '[.items[] | select(.spec.group == "operator.tekton.dev" and (.spec.names.kind | test("Config$|InstallerSet$") | not))
    | "\(.spec.names.plural).\(.spec.group)"] | join(",")')
  {
    kubectl get crd -o json
    kubectl get "$kinds" -o json
    k get events --field-selector type=Warning -o json
    k get pods -o json
  } 2>/dev/null | jq -s --arg ns "$NS" --arg time "$(date -u +%FT%TZ)" '
    def cut: tostring | .[:600];
    . as [$crds, $objects, $events, $pods]
    | {schema_version: 1, time: $time, nodes: [], namespaces: [$ns], files: [], problems: [],
      components: [$crds.items[].spec | select(.group == "operator.tekton.dev").names.kind | select(test("Config$|InstallerSet$") | not)
        | . as $kind | ([$objects.items[] | select(.kind == $kind)] | first) as $object
        | ($object.status.conditions // [] | map(select(.type == "Ready")) | first) as $ready
        | {name: $kind, installed: ($object != null), ready: ($ready.status == "True"), version: ($object.status.version // ""), message: ($ready.message // "")}],
      events: [$events.items | group_by([.involvedObject.kind, .involvedObject.name, .reason, .message])[]
        | {namespace: $ns, object: "\(.[0].involvedObject.kind)/\(.[0].involvedObject.name)", reason: (.[0].reason // ""), message: (.[0].message | cut),
           count: ([.[] | .count // .series.count // 1] | add), first: (.[0].firstTimestamp // .[0].eventTime // ""), last: (.[-1].lastTimestamp // .[-1].eventTime // "")}][:12],
      containers: [$pods.items[] | .metadata.name as $pod | (.status.initContainerStatuses // []) + (.status.containerStatuses // []) | .[]
        | (.state | to_entries[0]) as $state
        | select($state.key == "waiting" or ($state.value.exitCode // 0) != 0 or .restartCount > 0)
        | {namespace: $ns, pod: $pod, container: .name, state: $state.key, reason: ($state.value.reason // ""), message: ($state.value.message // "" | cut),
           exit_code: ($state.value.exitCode // 0), restarts: .restartCount, log: ""}][:8]}'
}

# provoke FAULT: one row, in $WORK/row.json.
provoke() {
  FAULT=$1 UNDO=() CHECK_PREFIX=() CHECK_FLAGS=()
  WORK=$FAULTS_WORK/${FAULT//\//.}
  # The name says nothing about the fault, and is the same each time.
  NS=e2e-$(printf '%s' "$FAULT" | sha256sum | cut -c1-6)
  CHECK_ENVIRONMENT=(CHECK_NAMESPACE="$NS" CHECK_MANIFEST="$WORK/manifest.yaml")
  rm -rf "$WORK"
  mkdir -p "$WORK"
  trap undo_all EXIT
  {
    kubectl delete namespace "$NS" --ignore-not-found --timeout=120s
    undo kubectl delete namespace "$NS" --wait=false
    kubectl create namespace "$NS"
    wait_until 20 "the default account of $NS" "$WORK/undo.log" k get serviceaccount default
    "$FAULT"
    facts >"$WORK/facts.json"
  } >"$WORK/provoke.log"
  local modules
  modules=$(go env GOMODCACHE)
  jq -n --arg fault "$FAULT" --arg category "${KIND_CATEGORY[${FAULT%/*}]}" --arg half "${KIND_HALF[${FAULT%/*}]}" \
    --slurpfile test "$WORK/test.json" --slurpfile facts "$WORK/facts.json" -c '{$fault, $category, $half, test: $test[0], facts: $facts[0]}' |
    sed "s#$NODE_DIR/pods#/var/log/pods#g; s#$NODE_DIR/kubelet/root#/var/lib/kubelet#g; s#$WORK/gauge#/workspace/suite#g; s#$WORK#/workspace#g; s#$modules#/go/pkg/mod#g; s#$ROOT#/workspace/source#g" >"$WORK/row.json"
}

# record HALF: puts the rows that were provoked into the half's file, ordered by fault.
record() {
  local rows=() fault
  for fault in "${ALL_FAULTS[@]}"; do
    [[ ${KIND_HALF[${fault%/*}]} != "$1" || ! -s $FAULTS_WORK/${fault//\//.}/row.json ]] || rows+=("$FAULTS_WORK/${fault//\//.}/row.json")
  done
  touch "$FAULTS/$1.jsonl"
  # A row whose fault is no longer defined goes.
  jq -sc --arg half "$1" --arg known "$(printf '%s\n' "${ALL_FAULTS[@]}")" '($known | split("\n")) as $known
    | reduce .[] as $row ({}; .[$row.fault] = $row) | [.[] | select(.half == $half and (.fault | IN($known[])))] | sort_by(.fault)[]' \
    "$FAULTS/$1.jsonl" "${rows[@]}" >"$FAULTS_WORK/$$.rows"
  mv "$FAULTS_WORK/$$.rows" "$FAULTS/$1.jsonl"
}

# chosen NAME...: the faults that are meant, one a line.
chosen() {
  local name found
  (($#)) || printf '%s\n' "${ALL_FAULTS[@]}"
  for name; do
    found=$(printf '%s\n' "${ALL_FAULTS[@]}" | grep -xE -e "$name(/.*)?") || die "no such fault: $name (see --list)"
    printf '%s\n' "$found"
  done
}

faults_provoke() {
  local faults fault failed=0 status begin group
  faults=$(chosen "$@")
  node_select target
  [[ -e $NODE_KUBECONFIG ]] || die "the target is not up (scripts/cluster up)"
  export KUBECONFIG=$NODE_KUBECONFIG
  for group in kubernetes gauge gotestsum; do PATH=$(tool_dir "$group"):$PATH; done
  FAULTS_WORK=$ROOT/build/faults BIN=$ROOT/build/faults/bin GAUGE_HOME=$ROOT/build/faults/gauge-home
  mkdir -p "$BIN"
  gauge_home "$GAUGE_HOME"
  log_run "building the checks" "$FAULTS_WORK/build.log" build_checks
  for fault in $faults; do
    begin=$SECONDS
    set +e
    (
      set -e
      provoke "$fault"
    )
    status=$?
    set -e
    if [[ $status == 0 ]]; then
      log_info "$fault: $((SECONDS - begin)) s"
    else
      failed=$((failed + 1))
      rm -f "$FAULTS_WORK/${fault//\//.}/row.json"
      log_info "$fault: NOT PROVOKED; see $FAULTS_WORK/${fault//\//.}"
    fi
  done
  record tuning
  record test
  wait_until 180 "the target" "$FAULTS_WORK/well.log" well
  [[ $failed == 0 ]]
}

build_checks() {
  cd "$FAULTS/suite"
  CGO_ENABLED=0 go build -trimpath -o "$BIN/" ./answerer ./trouble
  go test -trimpath -c -o "$BIN/checks" ./stepImpl
}
