# shellcheck shell=bash
# Tests that look at an upgrade, on a target that was set up in one go: nothing was made before it, and no older release was there.

kind not-prepared upgrade-prerequisite tuning
not-prepared/namespace() {
  check_gauge "Run the command" "Post upgrade: Verify pipelines after the upgrade" \
    CHECK_COMMAND="kubectl get namespace releasetest-upgrade-pipelines"
}
not-prepared/pipeline() {
  check_gauge "Get the resource" "Verify setup of the pre-upgrade: Run the pipeline that was made before the upgrade" \
    CHECK_OBJECT=pipelines.v1.tekton.dev/pre-upgrade-pipeline
}
not-prepared/secret() {
  check_command post_upgrade_secret_is_still_linked "kubectl -n $NS get secret pre-upgrade-git-credentials"
}
not-prepared/go() { check Get pipelinerun_of_the_release_before_the_upgrade CHECK_OBJECT=pipelineruns.v1.tekton.dev/before-upgrade-run; }

kind no-earlier-version upgrade-prerequisite tuning
no-earlier-version/csv() {
  check_gauge "Get the resource" "Upgrade of the operator: Verify the version that it came from" \
    CHECK_OBJECT=clusterserviceversions.v1alpha1.operators.coreos.com/tekton-operator.v0.74.0 CHECK_NAMESPACE=tekton-operator
}
no-earlier-version/kubectl() { check_command upgrade_from_the_last_release "kubectl -n tekton-operator get csv tekton-operator.v0.74.0"; }
no-earlier-version/revision() {
  check_command upgrade_rolled_the_operator "kubectl -n tekton-operator rollout history deployment/tekton-operator --revision=7"
}

kind left-behind upgrade-prerequisite test
left-behind/pipelinerun() {
  manifest <<<'{apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {name: again}, spec: {pipelineRef: {name: pre-upgrade-pipeline}}}'
  check_gauge "Verify that the run succeeds" "Post upgrade: Start the pipeline of before the upgrade"
}
left-behind/taskrun() {
  manifest <<<'{apiVersion: tekton.dev/v1, kind: TaskRun, metadata: {name: again}, spec: {taskRef: {name: upgrade-check}}}'
  check Run upgrade_runs_the_old_task
}
left-behind/account() { check_command upgrade_keeps_the_account "kubectl -n $NS get serviceaccount pre-upgrade-builder -o name"; }

kind not-upgraded upgrade-prerequisite test
not-upgraded/replaces() {
  check_command operator_was_upgraded "kubectl -n tekton-operator wait csv/tekton-operator.v0.75.0 --for=jsonpath={.spec.replaces}=tekton-operator.v0.74.0 --timeout=5s"
}
not-upgraded/install-plan() {
  check_gauge "Run the command" "Upgrade of the operator: Verify the subscription's upgrade" \
    CHECK_COMMAND="kubectl -n tekton-operator wait subscription/tekton-operator --for=jsonpath={.status.state}=AtLatestKnown --timeout=10s"
}
not-upgraded/backup() {
  check Get upgrade_keeps_the_old_configuration CHECK_OBJECT=configmaps.v1./tekton-config-before-upgrade CHECK_NAMESPACE=tekton-pipelines
}
not-upgraded/stored-version() {
  check_command upgrade_migrates_stored_versions "kubectl wait crd/pipelines.tekton.dev --for=jsonpath={.status.storedVersions[0]}=v1beta1 --timeout=3s"
}
not-upgraded/set() {
  check_gauge "Run the command" "Post upgrade: Verify the installer sets of the earlier version" \
    CHECK_COMMAND="kubectl wait tektoninstallerset -l operator.tekton.dev/release-version=v0.74.0 --for=condition=Ready --timeout=5s"
}
