# shellcheck shell=bash
# Starting a run of midstream-gate, following it and reading its verdict. Needs log.sh, hub.sh and ROOT.

# For how long a hub may not tell about a run before it is given up.
GATE_PATIENCE=300

# gate_check_param NAME=VALUE: ends the script when the pipeline has no such param; Tekton would take it and do nothing with it.
gate_check_param() {
  local name=${1%%=*} names near
  [[ $1 == *=* ]] || die "--param $1 is not NAME=VALUE"
  case $name in components | dry-run) die "--param $name: use --$name" ;; esac
  names=$(sed -n '/^  params:/,/^  workspaces:/s/^    - name: //p' "$ROOT/tekton/pipelines/midstream-gate.yaml")
  if grep -qxF -e "$name" <<<"$names"; then return; fi
  near=$(awk -v wanted="$name" 'function bare(s) { s = tolower(s); gsub(/[^a-z]/, "", s); return s }
    index(bare($0), bare(wanted)) || index(bare(wanted), bare($0))' <<<"$names" | paste -sd' ')
  die "$name is not a param of midstream-gate${near:+; did you mean ${near// /, }?}; it has: $(paste -sd' ' <<<"$names")"
}

# gate_params SUITE: adds the params of a suite to the array `params`; what the user gave stays behind them and wins.
gate_params() {
  local -a suite
  case $1 in
    smoke) suite=("runner=gauge" "suite-name=smoke" "suite-folder=smoke") ;;
    upstream) gate_suite_file "$ROOT/suites/upstream/pipeline.yaml" ;;
    release-tests) suite=("suite-name=release-tests" "suite-url=https://github.com/openshift-pipelines/release-tests") ;;
  esac
  params=("${suite[@]}" ${params[@]+"${params[@]}"})
}

# gate_suite_file FILE: the fields of a suite's file as params, into the array `suite`.
gate_suite_file() {
  local field
  suite=("suite-url=$(gate_field "$1" repository)" "suite-name=$(gate_field "$1" name)" "suite-folder=")
  for field in runner package tags pattern; do suite+=("$field=$(gate_field "$1" "$field")"); done
  suite+=("suite-args=$(gate_field "$1" arguments | tr -d '[]')" "suite-env=$(sed -n '/^environment:/,/^[^ ]/s/^  \([A-Z_]*\): /\1=/p' "$1")")
}

gate_field() { sed -n "s/^$2: //p" "$1"; }

# gate_manifest RUN PARAM...: a PipelineRun; of two params with one name the later one counts. Tekton gives its label to the TaskRuns.
gate_manifest() {
  hub_kubectl create --dry-run=client -o json -f "$ROOT/tekton/runs/midstream-gate.yaml" |
    jq --arg namespace "$HUB_NAMESPACE" --arg local "${HUB_REGISTRY:+yes}" --arg run "$1" --arg secrets "${HUB_SECRETS[*]}" '
      .metadata.namespace = $namespace
      | .metadata.name = $run | del(.metadata.generateName) | .metadata.labels["streamgate.dev/run"] = $run
      | .spec.params = (reduce ($ARGS.positional[] | capture("^(?<name>[^=]+)=(?<value>(.|\n)*)$")) as $p ({}; .[$p.name] = $p.value) | to_entries | map({name: .key, value}))
      | if $local == "yes" then .spec.workspaces += [{name: "cache", persistentVolumeClaim: {claimName: "streamgate-cache"}}] else . end
      | .spec.workspaces |= ([.[].name] as $have | . + [$secrets | split(" ")[] | select(IN($have[]) | not) | {name: ., secret: {secretName: "streamgate-\(.)"}}])
    ' --args "${@:2}"
}

# gate_start PARAM...: creates the PipelineRun and prints its name.
gate_start() {
  local run
  run=midstream-gate-$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
  gate_manifest "$run" "$@" | hub_kubectl create -f - >/dev/null
  printf '%s\n' "$run"
}

# gate_state RUN: prints one line for each TaskRun and one for the run itself: task (or "run"), state, reason, pod. Fails when the hub
# does not tell, or does not know the run.
gate_state() {
  local state
  state=$(hub_kubectl get pipelineruns,taskruns -l "streamgate.dev/run=$1" -o json --request-timeout=30s | jq -r "$GATE_LINE") || return
  [[ $'\n'$state == *$'\nrun|'* ]] || { printf 'error: no run %s on the hub\n' "$1" >&2 && return 1; }
  printf '%s\n' "$state"
}
readonly GATE_LINE='.items[] | [if .kind == "PipelineRun" then "run" else .metadata.labels["tekton.dev/pipelineTask"] end,
  .status.conditions[0].status // "Unknown", .status.conditions[0].reason // "Pending", .status.podName // ""] | join("|")'

# gate_status STATE TASK: True, False or Unknown; nothing when there is no such TaskRun.
gate_status() { sed -n "s/^$2|\([^|]*\)|.*/\1/p" <<<"$1"; }

# gate_follow RUN: prints the steps' logs as they come and each task's beginning and end, until the run is over.
gate_follow() {
  local begin=$SECONDS heard=$SECONDS silent='' over='' state task status reason pod line
  local -A seen=() followers=()
  log_step "run $1"
  until [[ $over ]]; do
    if state=$(gate_state "$1" 2>>"$(hub_log)"); then
      heard=$SECONDS silent=''
      while IFS='|' read -r task status reason pod; do
        if [[ $pod && ! ${followers[$pod]:-} && ($reason == Running || $status != Unknown) ]]; then
          hub_kubectl logs -f "$pod" --all-containers --ignore-errors --max-log-requests=20 2>/dev/null | sed -u "s/^/    [$task] /" >&2 &
          followers[$pod]=$!
        fi
        line="$task $status $reason"
        [[ $task == run || ${seen[$task$pod]:-} == "$line" ]] || log_info "$((SECONDS - begin)) s  $task: $reason"
        seen[$task$pod]=$line
        [[ $task != run || $status == Unknown ]] || over=$reason
      done <<<"$state"
    elif [[ ! $silent ]]; then
      silent=yes
      log_info "the hub does not tell about run $1; asking for up to $GATE_PATIENCE s: $(log_reason "$(hub_log)")"
    elif ((SECONDS - heard >= GATE_PATIENCE)); then
      die "the hub has not told about run $1 for $((SECONDS - heard)) s, and the run may go on: $(log_reason "$(hub_log)"); log: $(hub_log)"
    fi
    [[ $over ]] || sleep $((SECONDS - begin < 60 ? 1 : 2))
  done
  for pod in "${!followers[@]}"; do wait "${followers[$pod]}" 2>/dev/null || true; done
  log_info "$((SECONDS - begin)) s  run: $over"
}

# gate_verdict RUN: prints the verdict and returns its exit code: that of the step which says it, the last one. A run that Tekton calls
# failed is never 0, and one without that step (a dry run) is only good when Tekton says so. A target that was not put back adds 2: the
# step that says the verdict runs beside the restore and cannot know.
gate_verdict() {
  local code folder state='' status
  folder=$(hub_runs_folder)/$1
  state=$(gate_state "$1") || log_info "the hub does not tell how run $1 ended"
  status=$(gate_status "$state" run)
  if [[ $HUB_REGISTRY && -e $folder/verdict.json ]]; then
    "$(build_bin)/evaluate" --show --run-dir "$folder" ${GITHUB_STEP_SUMMARY:+--step-summary "$GITHUB_STEP_SUMMARY"} || true
  else
    gate_report "$1" '.results[]? | select(.name == "summary").value'
    hub_kubectl get pipelinerun "$1" -o 'jsonpath={.status.conditions[0].message}{"\n"}'
  fi
  code=$(gate_report "$1" '.steps[]? | select(.name == "verdict").terminated.exitCode')
  [[ $code || $status != True ]] || code=0
  [[ $code == [0123] ]] || code=2
  [[ $code != 0 || $status == True ]] || code=2
  if [[ ! $status ]]; then
    code=$((code | 2))
  elif [[ $(gate_status "$state" deploy) && $(gate_status "$state" restore) != True ]]; then
    log_info "the target was not put back: see task restore of run $1"
    code=$((code | 2))
  fi
  return "$code"
}

# gate_report RUN JQ: something of the status of the task that judges. Tekton takes no result of a failed task over into the run.
gate_report() {
  hub_kubectl get taskruns -l "tekton.dev/pipelineRun=$1,tekton.dev/pipelineTask=report" -o json | jq -r "[.items[].status | $2] | last // empty"
}
