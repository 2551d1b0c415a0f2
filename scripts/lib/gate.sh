# shellcheck shell=bash
# Starting a run of midstream-gate, following it and reading its verdict. Needs log.sh, hub.sh and ROOT.

# gate_params SUITE UPSTREAM: adds the params of a suite to the array `params`; what the user gave stays in front.
gate_params() {
  case $1 in
    smoke) params=("runner=gauge" "suite-name=smoke" "suite-folder=smoke" ${params[@]+"${params[@]}"}) ;;
    upstream) params=("suite-url=component:pipeline" "suite-name=upstream" "$(gate_upstream_params)" ${params[@]+"${params[@]}"}) ;;
    release-tests) params=("suite-name=release-tests" "suite-url=https://github.com/openshift-pipelines/release-tests" ${params[@]+"${params[@]}"}) ;;
  esac
}

# gate_manifest PARAM...: a PipelineRun; of two params with one name the later one counts.
gate_manifest() {
  "$(tool_dir kubernetes)/kubectl" create --dry-run=client -o json -f "$ROOT/tekton/runs/midstream-gate.yaml" |
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
  hub_kubectl get taskruns,pipelineruns -l "tekton.dev/pipelineRun=$1" -o json 2>/dev/null |
    jq -r '.items[] | [(.metadata.labels["tekton.dev/pipelineTask"] // .kind), (.status.conditions[0].status // "Unknown"), (.status.conditions[0].reason // "Pending"), (.status.podName // "-")] | @tsv'
  hub_kubectl get pipelinerun "$1" -o json | jq -r '["run", (.status.conditions[0].status // "Unknown"), (.status.conditions[0].reason // "Pending"), "-"] | @tsv'
}

# gate_follow RUN: prints the steps' logs as they come and each task's beginning and end, until the run is over.
gate_follow() {
  local begin=$SECONDS task status reason pod line
  local -A seen=() followers=()
  log_step "run $1"
  while :; do
    while IFS=$'\t' read -r task status reason pod; do
      [[ $task != run ]] || continue
      if [[ $pod != - && ! ${followers[$pod]:-} && $reason == Running ]]; then
        hub_kubectl logs -f "$pod" --all-containers --ignore-errors --max-log-requests=20 2>/dev/null | sed -u "s/^/    [$task] /" >&2 &
        followers[$pod]=$!
      fi
      line="$task $status $reason"
      [[ ${seen[$task$pod]:-} == "$line" ]] || log_info "$((SECONDS - begin)) s  $task: $reason"
      seen[$task$pod]=$line
    done < <(gate_state "$1")
    IFS=$'\t' read -r _ status reason _ < <(gate_state "$1" | tail -n 1)
    [[ $status == Unknown ]] || break
    sleep 1
  done
  for pod in "${!followers[@]}"; do wait "${followers[$pod]}" 2>/dev/null || true; done
  log_info "$((SECONDS - begin)) s  run: $reason"
}

# gate_verdict RUN: prints the verdict and returns its exit code. A run that Tekton calls failed is never 0.
gate_verdict() {
  local code folder status
  folder=$(hub_runs_folder)/$1
  status=$(hub_kubectl get pipelinerun "$1" -o 'jsonpath={.status.conditions[0].status}')
  if [[ $HUB_REGISTRY && -e $folder/verdict.json ]]; then
    code=0
    "$(build_bin)/evaluate" --show --run-dir "$folder" || code=$?
  else
    hub_kubectl get pipelinerun "$1" -o 'jsonpath={.status.results[?(@.name=="summary")].value}{"\n"}{.status.conditions[0].message}{"\n"}'
    code=$(hub_kubectl get pipelinerun "$1" -o 'jsonpath={.status.results[?(@.name=="exit-code")].value}')
    [[ $code || $status != True ]] || code=0
  fi
  [[ ${code:-2} != 0 || $status == True ]] || code=2
  return "${code:-2}"
}
