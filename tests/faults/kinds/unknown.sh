# shellcheck shell=bash disable=SC2034 # lib.sh reads what a fault sets
# Failures that say nothing of their cause: nobody can tell, and a rule that does is wrong.

kind silent-command unknown tuning
silent-command/status() { check_command verifies_the_release "exit 1"; }
silent-command/program() { check Program checks_the_archive CHECK_COMMAND=false; }
silent-command/gauge() { check_gauge "Run the command" "Triggers: Verify the listener" CHECK_COMMAND="exit 3"; }
silent-command/bare() { check Bare counts_the_runs; }

kind garbage unknown test
garbage/binary() { check_command reads_the_dump "printf '\\001\\002\\377\\376\\033[31m????\\033[0m' >&2; exit 7"; }
garbage/make() {
  printf 'check:\n\t@exit 5\n' >"$WORK/Makefile"
  check_command builds_the_examples "make check"
}
garbage/chatter() { check_gauge "Run the command" "Hub: Verify the catalogue" CHECK_COMMAND="echo 'checking 1 of 3 ... ok'; echo 'checking 2 of 3 ... ok'; echo 'checking 3 of 3 ... not ok'; exit 1"; }
garbage/killed() { check_command compares_the_trees "kill -9 \$\$"; }

kind own-timeout unknown tuning
own-timeout/wait() {
  pod 'command: [sleep, "60"]'
  check_command completes_the_work "kubectl -n $NS create -f manifest.yaml && kubectl -n $NS wait --for=jsonpath={.status.phase}=Succeeded --timeout=5s pod/worker"
}
own-timeout/command() { check_command ends_in_time "sleep 30" CHECK_TIMEOUT=2s; }
own-timeout/quiet() {
  manifest <<<'{apiVersion: v1, kind: ConfigMap, metadata: {name: progress}}'
  check Eventually makes_progress CHECK_TIMEOUT=3s
}

kind run-time-limit unknown test
run-time-limit/go() {
  CHECK_FLAGS=(-test.timeout=3s)
  check Waits sees_the_last_event
}
run-time-limit/taskrun() {
  task 'command: [sleep, "600"]' 'timeout: 25s'
  check Run stress_tests
}
run-time-limit/pipelinerun() {
  manifest <<<'{apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {name: nightly}, spec: {timeouts: {pipeline: 25s}, pipelineSpec: {tasks: [{name: long, taskSpec: {steps: [{image: busybox, command: [sleep, "600"]}]}}]}}}'
  check_gauge "Verify that the run succeeds" "Pipelines CORE: Run the nightly pipeline"
}
