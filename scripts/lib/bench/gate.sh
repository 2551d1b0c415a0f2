# shellcheck shell=bash
# The wall time of a gate's run by Task, as the hub tells it. Needs table.sh, hub.sh and BENCH_*.

readonly GATE_LIMIT=60

gate_hub() {
  if [[ $BENCH_HUB ]]; then
    hub_use "$BENCH_HUB" "$BENCH_NAMESPACE"
  else
    hub_use_local "$BENCH_NAMESPACE"
  fi
  [[ -r $HUB_KUBECONFIG ]] && hub_kubectl get --raw /readyz --request-timeout=5s >/dev/null 2>&1
}

# gate_latest: the name of the gate that passed last.
gate_latest() {
  hub_kubectl get pipelineruns -l tekton.dev/pipeline=midstream-gate -o json | jq -r '
    [.items[] | select(.status.conditions[0].status == "True") | select([.spec.params[]? | select(.name == "dry-run").value] != ["true"])]
    | max_by(.status.completionTime) | .metadata.name // empty'
}

bench_gate() {
  local run=$BENCH_GATE task begin wall total='' rest=0
  gate_hub || { table_skip "no hub answers (scripts/run starts one; --hub names another)" && return; }
  [[ $run ]] || run=$(gate_latest)
  [[ $run ]] || { table_skip "no gate has passed on this hub yet (scripts/run starts one)" && return; }
  table_row Task 'begins at s' 'takes s' 'limit s' ''
  { hub_kubectl get pipelinerun "$run" -o json && hub_kubectl get taskruns -l "tekton.dev/pipelineRun=$run" -o json; } | jq -rs '
    def time: fromdate;
    .[0].status as $run | ($run.startTime | time) as $zero
    | (.[1].items | map({task: (.metadata.labels["tekton.dev/pipelineTask"] | sub("^build-container$"; "build")),
                         begin: (.status.startTime | time), end: (.status.completionTime | time)})
       | group_by(.task) | map({task: .[0].task, begin: ((map(.begin) | min) - $zero), wall: ((map(.end) | max) - (map(.begin) | min))})
       | sort_by(.begin)[]), {task: "all", begin: 0, wall: (($run.completionTime | time) - $zero)}
    | [.task, .begin, .wall] | @tsv' >"$BENCH_WORK/gate.txt" || die "cannot read the times of $run: is it over?"
  while IFS=$'\t' read -r task begin wall; do
    case $task in
      all) total=$wall ;;
      build | test) rest=$((rest - wall)) ;;
    esac
    table_row "$task" "$begin" "$wall" '' ''
  done <"$BENCH_WORK/gate.txt"
  rest=$((rest + total))
  table_row 'all but build and test' '' "$rest" "$GATE_LIMIT" "$(within "$rest" "$GATE_LIMIT")"
  table_note "Run $run, from the hub's timestamps, which have whole seconds. A Task's time has its pod's start in it. restore and report run beside each other."
}
