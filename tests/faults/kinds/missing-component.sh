# shellcheck shell=bash
# What a test needs is not installed on the target, which has Tekton Pipelines and its operator and nothing else of Tekton.

kind absent-crd missing-component tuning
trigger_template() {
  manifest <<'YAML'
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: push}
spec: {resourcetemplates: []}
YAML
}
absent-crd/kubectl-create() {
  trigger_template
  check_command creates_a_trigger_template "kubectl -n $NS create -f - <manifest.yaml"
}
absent-crd/kubectl-get() { check_command lists_event_listeners "kubectl -n $NS get eventlisteners"; }
absent-crd/client() {
  trigger_template
  check Create github_push
}
absent-crd/typed-client() {
  trigger_template
  check Create gitlab_push CHECK_DISCOVERY=off
}
absent-crd/gauge() {
  trigger_template
  check_gauge "Create the resources" "Verify eventlisteners: Create a trigger template with a binding"
}

kind absent-operand missing-component tuning
absent-operand/kubectl-get() { check_command signs_with_chains "kubectl get tektonchains.operator.tekton.dev chain"; }
absent-operand/kubectl-wait() { check_command results_are_ready "kubectl wait --for=condition=Ready --timeout=20s tektonresult/result"; }
absent-operand/client() { check Get dashboard_is_installed CHECK_OBJECT=tektondashboards.v1alpha1.operator.tekton.dev/dashboard CHECK_NAMESPACE=; }

kind absent-workload missing-component test
absent-workload/rollout() { check_command chains_controller_is_rolled_out "kubectl -n tekton-pipelines rollout status deployment/tekton-chains-controller --timeout=20s"; }
absent-workload/poll() { check Deployment approval_gate_is_ready CHECK_OBJECT=tekton-pipelines/manual-approval-gate-controller CHECK_TIMEOUT=5s; }
absent-workload/logs() { check_command results_api_has_started "kubectl -n tekton-pipelines logs deployment/tekton-results-api"; }
absent-workload/service() { check Get triggers_interceptors_are_served CHECK_OBJECT=services.v1./tekton-triggers-core-interceptors CHECK_NAMESPACE=tekton-pipelines; }
absent-workload/gauge() {
  check_gauge "Verify that the deployment is ready" "Tekton Results: Verify that results are kept" CHECK_OBJECT=tekton-pipelines/tekton-results-watcher CHECK_TIMEOUT=5s
}

kind absent-tool missing-component test
absent-tool/shell() { check_command describes_the_last_run "tkn pipelinerun describe --last -n $NS"; }
absent-tool/exec() { check Program approves_a_task CHECK_COMMAND="opc approvaltask list -n $NS"; }
absent-tool/step() {
  task 'command: [cosign, verify, registry.example.com/team/app]'
  check Run verifies_the_signature
}
