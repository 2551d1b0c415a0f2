# shellcheck shell=bash
# One function a case. What each asserts beside exit code and verdict is the cause that the run names.

# --- Good refs ---

case_good_ref() {
  e2e_gate "specs=" "tags="
  expect_code 0
  expect_json verdict.json '.verdict == "passed" and .proven_before and .proven_after'
  expect_json verdict.json '.counts.planned > 0 and .counts.executed == .counts.planned and .counts.passed == .counts.planned'
  expect_json deploy.json '[.before.rows[] | select(.image == "controller" and .proven and .running == .expected)] | length > 0'
  expect_json deploy.json '.restored'
  expect_page
}

# As scripts/run serves it.
expect_page() {
  printf 'expect: the page that is served names run %s\n' "$RUN"
  site_serve 8089
  curl -fsS http://127.0.0.1:8089/ >"$E2E_LOGS/$E2E_CASE.page.html"
  proc_stop "$(site_dir)" page-8089
  grep -qF "$RUN" "$E2E_LOGS/$E2E_CASE.page.html" || not_as_expected "the page does not name $RUN"
}

# Upstream's own tests, in a run during which the hub's Tekton dies.
case_upstream_suite_while_the_hub_controller_dies() {
  local -a params=()
  gate_params upstream
  e2e_start "specs=" "tags=" "${params[@]}"
  e2e_wait 300 "the deployment starts" e2e_task_runs deploy
  hub_kubectl -n tekton-pipelines delete pod -l app.kubernetes.io/name=controller,app.kubernetes.io/part-of=tekton-pipelines --grace-period=0 --force
  e2e_finish
  expect_code 0
  expect_json verdict.json '.verdict == "passed" and .counts.planned >= 15 and .counts.missing == 0'
}

case_dry_run_changes_nothing() {
  e2e_gate dry-run=true
  printf 'expect: exit code 0\n'
  [[ $CODE == 0 ]] || not_as_expected "exit code $CODE instead of 0"
  printf 'expect: the plan is printed as a table\n'
  grep -qE '^    \[plan\] +COMPONENT +ASKED +KIND +COMMIT +REPOSITORY' "$E2E_LOGS/$E2E_CASE.log" || not_as_expected "no table of components in the run's log"
  grep -qE '^    \[plan\] +pipeline +v1\.9\.2 +tag +'"$(jq -r '.components[0].commit[:12]' "$RECORD/plan.json")" "$E2E_LOGS/$E2E_CASE.log" ||
    not_as_expected "no row for pipeline in the run's log"
  expect_json plan.json '.components[0].commit | length == 40'
  [[ ! -e $RECORD/deploy.json && ! -e $RECORD/verdict.json ]] || not_as_expected "a dry run left more than a plan"
  [[ $(hub_kubectl get taskruns -l "tekton.dev/pipelineRun=$RUN" -o name | wc -l) == 1 ]] || not_as_expected "a dry run started more than the plan"
}

# --- The thing under test is bad ---

case_misbehaving_controller() {
  e2e_gate components=pipeline:misbehaves "tags=retries | timeout"
  expect_code 1
  expect_json verdict.json '.verdict == "failed" and .proven_before and .proven_after'
  # What tests/fixtures/upstream's `misbehaves` breaks: it drops spec.retries.
  expect_json failures.json '[.failures[].id] == ["smoke/Tasks/A Task that fails at first is tried again"]'
  expect_reason TestFailed 'A Task that fails at first is tried again'
  # It, and only it, ran again; what the target said was kept; earlier runs were asked.
  expect_json raw/smoke/run.json '[.reruns[].tests[]] == ["smoke/Tasks/A Task that fails at first is tried again"] and .reruns[0].ended == "exited"'
  expect_json results.json '.counts.failed == 1 and .counts.flaky == 0 and ([.tests[] | select(.status == "failed").attempts] == [2])'
  expect_json artifacts/facts.json '[.components[] | select(.name == "TektonPipeline" and .installed)] | length == 1'
  expect_json failures.json '.failures[0] | (.cluster | length == 16) and (.artifacts | startswith("artifacts/"))'
  expect_json verdict.json '.lines | any(.about == "history" and (.text | contains("earlier runs")))'
  expect_override
}

# Somebody's word lets the same record pass, and the verdict says whose.
expect_override() {
  local copy=$E2E_LOGS/$E2E_CASE.overridden day
  rm -rf "$copy"
  cp -r "$RECORD" "$copy"
  day=$(date -u +%F)
  printf 'expect: an override lets it pass, and is said\n'
  "$(build_bin)/evaluate" --run-dir "$copy" --explain --override "{who: alice, why: known, link: 'https://example.invalid/1', expires: $day}"
  jq -e '.verdict == "overridden" and .exit_code == 0 and .overridden_by.who == "alice" and (.reasons | length == 1)' "$copy/verdict.json" >/dev/null ||
    not_as_expected "the override is not in the verdict"
}

case_crashing_controller() {
  e2e_gate components=pipeline:crashes
  expect_code 1
  expect_reason CrashLoop panic
  expect_json errors/wait-reconcile.json '.reason == "CrashLoop" and .exit_code == 1'
  # Within seconds: the controller logs the time at which it falls (UTC), the step the time at which it ended.
  local fell ended
  fell=$(jq -r '.message | capture("(?<time>[0-9/]+ [0-9:]+) tekton-pipelines-controller: crashes").time' "$RECORD/errors/wait-reconcile.json")
  ended=$(jq -r .time "$RECORD/errors/wait-reconcile.json")
  printf 'expect: the step ends (%s) at most 10 s after the crash (%s)\n' "$ended" "$fell"
  (($(date -ud "$ended" +%s) - $(date -ud "${fell//\//-}" +%s) <= 10)) || not_as_expected "the crash of $fell was told at $ended"
}

# --- It cannot be told ---

case_commit_that_does_not_compile() {
  e2e_gate components=pipeline:does-not-compile
  expect_code 2
  expect_reason BuildFailed .go:
}

# Down from the start: the images cannot even be pushed.
case_registry_of_the_target_is_down() {
  "$ROOT/scripts/cluster" registry stop target
  e2e_gate
  "$ROOT/scripts/cluster" registry start target
  expect_code 2
  expect_reason Registry 10.88.0.3
}

# Down from the moment when the target should pull.
case_registry_goes_down_before_the_deployment() {
  e2e_forget_images /tekton-upstream/
  e2e_start
  e2e_wait 600 "the build ends" e2e_task_ended build
  "$ROOT/scripts/cluster" registry stop target
  e2e_finish
  "$ROOT/scripts/cluster" registry start target
  expect_code 2
  expect_json errors/wait-reconcile.json '.reason == "Registry" and .exit_code == 2'
}

# On the images of an earlier run, so that both are shown by one gate.
case_suite_without_tests() {
  local earlier
  earlier=$(e2e_earlier_run)
  e2e_gate "tags=no-such-tag" "images-from=$earlier"
  expect_code 2
  expect_json images/pipeline.json '.images | length > 0 and all(.cached)'
  expect_json verdict.json '.proven_before'
  expect_reason NoTests 'no test that is wanted'
}

# buildah needs more than the hub's namespace allows at first. The local operator has no console plugin, so a built one ends at the
# deployment.
case_containerfile_is_built_where_pods_may() {
  e2e_console_plugin
  trap 'e2e_pod_security baseline' EXIT
  e2e_pod_security baseline
  e2e_gate components=console-plugin "repositories=console-plugin=$(git_server_url console-plugin.git)"
  expect_code 2
  expect_reason Cancelled 'task build-container ended Failed without a report: its pod was refused'
  e2e_pod_security privileged
  printf 'expect: an installation leaves that as it is\n'
  hub_manifest "$(hub_level)" | grep 'pod-security.kubernetes.io/enforce: privileged' || not_as_expected "it would be set back"
  e2e_gate components=console-plugin "repositories=console-plugin=$(git_server_url console-plugin.git)"
  expect_code 2
  expect_json images/console-plugin.json '.images | length == 1 and (.[0] | .import_path == "Dockerfile" and (.cached | not) and (.digest | startswith("sha256:")))'
  expect_json verdict.json '.reasons[0].text | startswith("patch-csv: ")'
}

e2e_pod_security() { hub_kubectl label --overwrite namespace streamgate "pod-security.kubernetes.io/enforce=$1"; } # LEVEL

case_clusters_of_another_state_folder() {
  printf 'expect: they are refused, with the command that takes them away\n'
  ! STREAMGATE_STATE=$E2E_LOGS/elsewhere "$ROOT/scripts/cluster" down >"$E2E_LOGS/elsewhere.log" 2>&1 || not_as_expected "they were taken away"
  grep -F "STREAMGATE_STATE=$(state_root) scripts/cluster down" "$E2E_LOGS/elsewhere.log" || not_as_expected "$(<"$E2E_LOGS/elsewhere.log")"
}

case_unknown_component() {
  e2e_gate components=pipelin
  expect_code 2
  expect_json verdict.json '.reasons[0] | .code == "NotFound" and (.text | contains("no component \"pipelin\"")) and (.hint | contains("did you mean pipeline"))'
}

# Somebody puts the old controller back while the tests run.
case_running_digest_is_not_the_built_one() {
  e2e_start
  e2e_wait 300 "the tests start" e2e_task_runs test
  e2e_old_controller_back
  e2e_finish
  expect_code 2
  expect_json verdict.json '.proven_before and (.proven_after | not)'
  expect_reason ProofFailed controller
}

e2e_old_controller_back() {
  local old
  old=$(e2e_csv_before IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER)
  e2e_csv_set IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER "$old"
  e2e_delete_workloads
  e2e_wait 120 "the old controller runs" e2e_controller_runs "${old##*@}"
}

# Only the set with the workloads: without the roles of the other one a webhook that ends keeps its leases for a minute.
e2e_delete_workloads() {
  target_kubectl get tektoninstallersets -l operator.tekton.dev/created-by=TektonPipeline,operator.tekton.dev/type=main -o name |
    grep -- -deployment- | xargs "$(tool_dir kubernetes)/kubectl" --kubeconfig "$NODE_KUBECONFIG" delete
}

e2e_csv_value() { jq -r --arg key "$1" '[.. | objects | select(.name? == $key and has("value"))][0].value'; } # KEY; the CSV on stdin
e2e_csv_before() { e2e_csv_value "$1" <"$E2E_LOGS/$E2E_CASE.csv-before.json"; }

# e2e_csv_set KEY VALUE: changes the operator's CSV as anybody may, and waits until the operator has it.
e2e_csv_set() {
  local patch
  patch=$(target_kubectl -n "${E2E_CSV%/*}" get csv "${E2E_CSV#*/}" -o json | jq -c --arg key "$1" --arg value "$2" '
    [paths(objects) as $p | select(getpath($p) | .name? == $key and has("value")) | {op: "replace", path: ("/" + ($p | map(tostring) | join("/")) + "/value"), $value}]')
  target_kubectl -n "${E2E_CSV%/*}" patch csv "${E2E_CSV#*/}" --type=json -p "$patch"
  e2e_wait 60 "the operator has $1" e2e_operator_has "$2"
}

# Somebody sets another image while the tests run: it is neither ours to take away nor to be passed over. No test needs this one.
case_restore_meets_a_third_party() {
  local key=IMAGE_PIPELINES_ARG__NOP_IMAGE theirs old
  old=$(e2e_csv_before "$key")
  theirs=${old%%/*}/somebody-else/nop@${old##*@}
  e2e_start
  e2e_wait 300 "the tests start" e2e_task_runs test
  e2e_csv_set "$key" "$theirs"
  e2e_finish
  printf 'expect: exit code 2 or 3\n'
  [[ $CODE == [23] ]] || not_as_expected "exit code $CODE"
  expect_json errors/patch-csv-restore.json ".reason == \"Conflict\" and (.message | contains(\"$key\"))"
  expect_json deploy.json '.restored | not'
  printf 'expect: their value stands\n'
  [[ $(e2e_csv_spec | e2e_csv_value "$key") == "$theirs" ]] || not_as_expected "$key is $(e2e_csv_spec | e2e_csv_value "$key")"
  # What a person does then: puts the value right, and ends what the gate could not.
  e2e_csv_set "$key" "$old"
  "$(build_bin)/patch-csv" --restore --run "$RUN" --run-dir "$E2E_LOGS" --kubeconfig "$NODE_KUBECONFIG"
  e2e_delete_workloads
  e2e_wait 120 "the controller has the old $key" e2e_controller_asks_for "$old"
}

e2e_controller_asks_for() {
  target_kubectl -n tekton-pipelines get deployment tekton-pipelines-controller -o json |
    jq -e --arg image "$1" '(.spec.template.spec.containers[0].args | any(. == $image)) and .status.availableReplicas == .spec.replicas' >/dev/null
}

e2e_operator_has() { target_kubectl -n "${E2E_CSV%/*}" get pods -o json | jq -e --arg image "$1" '[.items[] | select(.metadata.deletionTimestamp == null and (.status.containerStatuses | all(.ready))) | .spec.containers[].env[]? | .value == $image] | any' >/dev/null; }
e2e_controller_runs() { e2e_running | grep '^tekton-pipelines-controller ' | grep -qF "$1" && [[ $(e2e_running | grep -c '^tekton-pipelines-controller ') == 1 ]]; }

e2e_task_runs() { [[ $(hub_kubectl get taskruns -l "tekton.dev/pipelineRun=$RUN,tekton.dev/pipelineTask=$1" -o 'jsonpath={.items[*].status.steps[*].running.startedAt}') ]]; }

e2e_task_ended() { [[ $(hub_kubectl get taskruns -l "tekton.dev/pipelineRun=$RUN,tekton.dev/pipelineTask=$1" -o 'jsonpath={.items[*].status.completionTime}') ]]; }

# --- Deaths in the middle ---

# Tekton makes a new pod of a TaskRun whose pod is gone, and fails the TaskRun when it saw a step end first. So the whole task runs
# again, over what its first pod left, or the verdict is that it cannot be told, and names the task's step.
case_each_tasks_pod_vanishes() {
  local task pod begin=$SECONDS
  local -A killed=()
  e2e_start
  until e2e_over; do
    ((SECONDS - begin < 900)) || not_as_expected "the run hangs"
    while read -r task pod; do
      [[ $task && ! ${killed[$task]:-} ]] || continue
      hub_kubectl delete pod "$pod" --wait=false --grace-period=0 --force
      killed[$task]=$pod
    done < <(e2e_running_pods)
    sleep 0.3 # the build needs the processors too
  done
  e2e_finish
  for task in plan build deploy restore report; do
    printf 'expect: the pod of %s was killed\n' "$task"
    [[ ${killed[$task]:-} ]] || not_as_expected "$task ended before its pod could be killed"
  done
  # Report is not repeated when its pod dies between two steps: the verdict may be on record or not, and the run is 2 all the same.
  if [[ $CODE == 2 && ! -e $RECORD/verdict.json ]]; then return; fi
  if [[ $CODE == 2 ]] && jq -e '.verdict == "passed"' "$RECORD/verdict.json" >/dev/null; then return; fi
  expect_verdict_or_cancelled
}

# Pods at work; of the tasks that work for less than a second those too that are about to.
e2e_running_pods() {
  hub_kubectl get pods -l "tekton.dev/pipelineRun=$RUN" -o json | jq -r '.items[]
    | .metadata.labels["tekton.dev/pipelineTask"] as $task
    | select(.metadata.deletionTimestamp == null)
    | select(.status.phase == "Running" or (.status.phase == "Pending" and ($task | IN("plan", "build", "analyze", "report"))))
    | "\($task) \(.metadata.name)"'
}

e2e_over() { [[ $(hub_kubectl get pipelinerun "$RUN" -o 'jsonpath={.status.completionTime}') ]]; }

case_step_pod_is_evicted_in_test() {
  e2e_start
  e2e_wait 300 "test starts" e2e_task_runs test
  hub_kubectl delete pod -l "tekton.dev/pipelineRun=$RUN,tekton.dev/pipelineTask=test" --wait=false --grace-period=30 | grep deleted
  e2e_finish
  expect_verdict_or_cancelled
}

expect_verdict_or_cancelled() {
  printf 'expect: exit code 0 after a new pod, or 2\n'
  case $CODE in
    0) expect_json verdict.json '.proven_before and .proven_after and .counts.planned > 0 and .counts.passed == .counts.planned' ;;
    2) expect_json verdict.json '.reasons | any(.code == "Cancelled")' ;;
    *) not_as_expected "exit code $CODE" ;;
  esac
}
