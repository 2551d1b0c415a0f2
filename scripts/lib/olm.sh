# shellcheck shell=bash
# The Operator Lifecycle Manager: its `olm` executable as a process beside the target's API server, its CRDs from the pinned module.
# Needs log.sh, cache.sh, proc.sh and node.sh.

readonly OLM_MODULE=github.com/operator-framework/operator-lifecycle-manager

olm_apply() {
  local source
  source=$(tool_source olm "$OLM_MODULE")
  node_kubectl apply --server-side --force-conflicts -f "$source/deploy/chart/crds"
  node_kubectl wait --for=condition=Established --timeout=60s -f "$source/deploy/chart/crds"
  node_kubectl apply --server-side -f - <<'YAML'
{apiVersion: v1, kind: Namespace, metadata: {name: olm}}
YAML
}

olm_ready() { nsenter "--net=$NODE_NETNS" curl -fsS --max-time 2 http://127.0.0.1:8080/healthz; }

# olm_up: OLM's CRDs on the selected cluster, and OLM itself.
olm_up() {
  local tools
  tools=$(tool_dir olm)
  if ! node_kubectl get namespace olm >/dev/null 2>&1; then log_run "$NODE: installing OLM" "$(node_log olm-install)" olm_apply; fi
  proc_start "$NODE_DIR" olm "$NODE_GROUP" "$NODE_NETNS" env "KUBECONFIG=$NODE_KUBECONFIG" OPERATOR_NAMESPACE=olm "$tools/olm" --namespace olm
  wait_until 60 "$NODE: OLM" "$(node_log olm)" olm_ready
}
