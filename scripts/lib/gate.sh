# shellcheck shell=bash
# Starting a run of midstream-gate, following it and reading its verdict. Needs log.sh, hub.sh and ROOT.

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
  suite=("suite-url=$(gate_field "$1" repository)" "suite-name=$(gate_field "$1" name)" "suite-folder=" "test-timeout=30m")
  for field in runner package tags pattern; do suite+=("$field=$(gate_field "$1" "$field")"); done
  suite+=("suite-args=$(gate_field "$1" arguments | tr -d '[]')" "suite-env=$(sed -n '/^environment:/,/^[^ ]/s/^  \([A-Z_]*\): /\1=/p' "$1")")
}

gate_field() { sed -n "s/^$2: //p" "$1"; }

# gate_manifest PARAM...: a PipelineRun; of two params with one name the later one counts.
gate_manifest() {
  hub_kubectl create --dry-run=client -o json -f "$ROOT/tekton/runs/midstream-gate.yaml" |
    jq --arg namespace "$HUB_NAMESPACE" --arg local "${HUB_REGISTRY:+yes}" '
      .metadata.namespace = $namespace
      | .spec.params = (reduce ($ARGS.positional[] | capture("^(?<name>[^=]+)=(?<value>(.|\n)*)$")) as $p ({}; .[$p.name] = $p.value) | to_entries | map({name: .key, value}))
      | if $local == "yes" then .spec.workspaces += [{name: "cache", persistentVolumeClaim: {claimName: "streamgate-cache"}}] else . end
    ' --args "$@"
}

# gate_start PARAM...: creates the PipelineRun and prints its name.
gate_start() { gate_manifest "$@" | hub_kubectl create -f - -o 'jsonpath={.metadata.name}'; }

# gate_state RUN: prints one line for each TaskRun: task, state, reason, pod; and one for the run itself.
gate_state() {
  hub_kubectl get taskruns -l "tekton.dev/pipelineRun=$1" -o json | jq -r "$GATE_LINE"
  hub_kubectl get pipelinerun "$1" -o json | jq -r "{items: [.]} | $GATE_LINE"
}
readonly GATE_LINE='.items[] | [.metadata.labels["tekton.dev/pipelineTask"] // "run", .status.conditions[0].status // "Unknown",
  .status.conditions[0].reason // "Pending", .status.podName // ""] | join("|")'

# gate_follow RUN: prints the steps' logs as they come and each task's beginning and end, until the run is over.
gate_follow() {
  local begin=$SECONDS task status reason pod line
  local -A seen=() followers=()
  log_step "run $1"
  while :; do
    while IFS='|' read -r task status reason pod; do
      [[ $task != run ]] || continue
      if [[ $pod && ! ${followers[$pod]:-} && $reason == Running ]]; then
        hub_kubectl logs -f "$pod" --all-containers --ignore-errors --max-log-requests=20 2>/dev/null | sed -u "s/^/    [$task] /" >&2 &
        followers[$pod]=$!
      fi
      line="$task $status $reason"
      [[ ${seen[$task$pod]:-} == "$line" ]] || log_info "$((SECONDS - begin)) s  $task: $reason"
      seen[$task$pod]=$line
    done < <(gate_state "$1")
    IFS='|' read -r _ status reason _ < <(gate_state "$1" | tail -n 1)
    [[ $status == Unknown ]] || break
    sleep 1
  done
  for pod in "${!followers[@]}"; do wait "${followers[$pod]}" 2>/dev/null || true; done
  log_info "$((SECONDS - begin)) s  run: $reason"
}

# gate_verdict RUN: prints the verdict and returns its exit code: that of the step which says it, the last one. A run that Tekton calls
# failed is never 0, and one without that step (a dry run) is only good when Tekton says so.
gate_verdict() {
  local code folder status
  folder=$(hub_runs_folder)/$1
  status=$(hub_kubectl get pipelinerun "$1" -o 'jsonpath={.status.conditions[0].status}')
  if [[ $HUB_REGISTRY && -e $folder/verdict.json ]]; then
    "$(build_bin)/evaluate" --show --run-dir "$folder" || true
  else
    gate_report "$1" '.results[]? | select(.name == "summary").value'
    hub_kubectl get pipelinerun "$1" -o 'jsonpath={.status.conditions[0].message}{"\n"}'
  fi
  code=$(gate_report "$1" '.steps[]? | select(.name == "verdict").terminated.exitCode')
  [[ $code || $status != True ]] || code=0
  [[ $code == [0123] ]] || code=2
  [[ $code != 0 || $status == True ]] || code=2
  return "$code"
}

# gate_report RUN JQ: something of the status of the task that judges. Tekton takes no result of a failed task over into the run.
gate_report() {
  hub_kubectl get taskruns -l "tekton.dev/pipelineRun=$1,tekton.dev/pipelineTask=report" -o json | jq -r "[.items[].status | $2] | last // empty"
}
