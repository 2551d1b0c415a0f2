# shellcheck shell=bash
# The thing under test answers otherwise than it did: a controller of CustomRuns with a bug (suite/answerer), and Tekton's own validation
# against manifests of another version.

# answerer BUG [QUESTION]: the controller runs, and the manifest asks it.
answerer() {
  BUG=$1 CHECK_NAMESPACE=$NS background "$BIN/answerer"
  question "${2:-answer}"
}
question() {
  local dollar='$'
  manifest <<YAML
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: ask}
spec:
  pipelineSpec:
    tasks: [{name: answer, taskRef: {apiVersion: answers.example.com/v1, kind: Answer, name: $1}}]
    results: [{name: answer, value: ${dollar}(tasks.answer.results.answer)}]
YAML
}
# deployed BUG: the same controller as a Deployment of the cluster.
deployed() {
  k create rolebinding controller --clusterrole=admin --serviceaccount="$NS:default"
  k create -f - <<YAML
apiVersion: apps/v1
kind: Deployment
metadata: {name: answers-controller}
spec:
  selector: {matchLabels: {app: answers}}
  template:
    metadata: {labels: {app: answers}}
    spec:
      volumes: [{name: bin, hostPath: {path: $BIN}}]
      containers: [{name: controller, image: busybox, command: [/bin/answers/answerer], volumeMounts: [{name: bin, mountPath: /bin/answers}],
        env: [{name: BUG, value: $1}, {name: CHECK_NAMESPACE, value: $NS}]}]
YAML
  question answer
}

kind wrong-result regression tuning
wrong-result/plain() {
  answerer wrong
  check ResultsPlain answers_with_the_sum CHECK_WANT=answer=42
}
wrong-result/diff() {
  answerer wrong
  check ResultsDiff answers_all_questions CHECK_WANT=answer=42
}
wrong-result/testify() {
  answerer wrong
  check ResultsTestify answers_as_before CHECK_WANT=answer=42
}
wrong-result/gomega() {
  answerer wrong
  check ResultsGomega answers_in_time CHECK_WANT=answer=42
}

kind unknown-field regression tuning
unknown-field/client() {
  task 'command: ["true"], retriesOfStep: 2'
  check Create retries_a_step
}
unknown-field/kubectl() {
  manifest <<<'{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {name: t}, skipWhen: []}]}}'
  check_command skips_a_task "kubectl -n $NS create -f manifest.yaml"
}
unknown-field/gauge() {
  task 'command: ["true"], resources: {limits: {cpu: "1"}}'
  check_gauge "Create the resources" "Pipelines CORE: Limit a step"
}

kind never-fails regression test
never-fails/plain() {
  answerer succeeds failure
  check FailsPlain refuses_bad_questions
}
never-fails/testify() {
  answerer succeeds failure
  check FailsTestify rejects_bad_questions
}
never-fails/gomega() {
  answerer succeeds failure
  check FailsGomega denies_bad_questions
}

kind refused-manifest regression test
refused-manifest/two-forms() {
  manifest <<<'{apiVersion: tekton.dev/v1, kind: Task, metadata: {name: t}, spec: {steps: [{name: a, image: busybox, script: "true", command: ["true"]}]}}'
  check Create creates_a_task_with_a_script
}
refused-manifest/kubectl() {
  manifest <<<'{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {name: t}, runAfter: [b]}]}}'
  check_command creates_a_pipeline "kubectl -n $NS create -f manifest.yaml"
}
refused-manifest/gauge() {
  manifest <<<'{apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {name: r}, spec: {timeouts: {pipeline: 1h, tasks: 2h}, pipelineRef: {name: p}}}'
  check_gauge "Create the resources" "Pipelines CORE: Limit the time of the tasks"
}
refused-manifest/run() {
  manifest <<<'{apiVersion: tekton.dev/v1, kind: TaskRun, metadata: {name: r}, spec: {params: [{name: rev, value: main}], taskSpec: {params: [{name: rev, type: array}], steps: [{image: busybox, command: ["true"]}]}}}'
  check Run gives_a_param
}

kind panic regression test
panic/nil-map() {
  deployed nil-map
  check_command controller_answers "kubectl -n $NS create -f manifest.yaml && kubectl -n $NS wait --for=condition=Succeeded --timeout=10s pipelinerun/ask || { kubectl -n $NS logs -l app=answers --tail=20; exit 1; }"
}
panic/crash-loop() {
  deployed nil-pointer
  k create -f "$WORK/manifest.yaml"
  wait_until 60 "the crash" "$WORK/background.log" crashed
  check Deployment controller_stays_up CHECK_OBJECT="$NS/answers-controller" CHECK_TIMEOUT=8s
}
crashed() { [[ $(k get pods -l app=answers -o 'jsonpath={.items[0].status.containerStatuses[0].state.waiting.reason}') == CrashLoopBackOff ]]; }
panic/index() {
  deployed index
  check_gauge "Run the command" "Custom tasks: Verify that an answer comes" \
    CHECK_COMMAND="kubectl -n $NS create -f $WORK/manifest.yaml && kubectl -n $NS wait --for=condition=Succeeded --timeout=10s pipelinerun/ask || { kubectl -n $NS logs -l app=answers --tail=20; exit 1; }"
}
panic/no-results() {
  answerer empty
  check ResultsFirst reads_the_first_answer
}
panic/no-owner() {
  answerer ownerless
  check ResultsOwner reads_the_owner
}
