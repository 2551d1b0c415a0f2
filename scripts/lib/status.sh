# shellcheck shell=bash
# What runs, for people and for programs. Needs jq and the other libraries.

# status_leftovers: what exists of any cluster or of what they share, one word each; nothing after a complete `down`.
status_leftovers() {
  local cluster name
  # shellcheck disable=SC2153
  for cluster in $CLUSTERS; do (node_select "$cluster" && node_leftovers); done
  for name in $(proc_names "$(git_server_dir)") $(proc_names "$(site_dir)"); do printf 'process:%s ' "$name"; done
  ! net_exists "$NET_BRIDGE" || printf 'interface:%s ' "$NET_BRIDGE"
  ! iptables -S FORWARD 2>/dev/null | grep -q 'comment streamgate' || printf 'firewall-rule '
}

# status_node: the selected cluster as JSON.
status_node() {
  local name processes=() api=false ready=false tekton=false operator=null version=null phase
  local -a names
  read -ra names <<<"$NODE_PROCESSES"
  [[ $NODE != target ]] || names+=(olm)
  for name in "${names[@]}"; do
    processes+=("$(jq -cn --arg name "$name" --arg pid "$(proc_pid "$NODE_DIR" "$name" || true)" \
      '{name: $name, running: ($pid != ""), pid: (if $pid == "" then null else ($pid | tonumber) end)}')")
  done
  if [[ -e $NODE_KUBECONFIG ]] && node_api_ready >/dev/null 2>&1; then
    api=true
    if node_ready; then ready=true; fi
    if tekton_ready >/dev/null 2>&1; then tekton=true; fi
    version=$(node_kubectl -n tekton-pipelines get configmap pipelines-info -o json 2>/dev/null | jq '.data.version' || printf null)
    if [[ $NODE == target ]]; then
      phase=$(node_kubectl -n "$OPERATOR_NAMESPACE" get csv "$(operator_csv_name)" -o 'jsonpath={.status.phase}' 2>/dev/null || true)
      operator=$(jq -cn --arg name "$(operator_csv_name)" --arg phase "$phase" --argjson ready "$(operator_config_ready && printf true || printf false)" \
        '{csv: $name, phase: $phase, tektonConfigReady: $ready}')
    fi
  fi
  printf '%s\n' "${processes[@]}" | jq -sc --arg name "$NODE" --arg server "$NODE_SERVER" --arg registry "http://$NODE_REGISTRY" \
    --arg kubeconfig "$NODE_KUBECONFIG" --arg logs "$NODE_DIR/logs" --argjson api "$api" --argjson ready "$ready" --argjson tekton "$tekton" \
    --argjson version "${version:-null}" --argjson operator "$operator" '. as $processes
    | {name: $name, server: $server, registry: $registry, kubeconfig: $kubeconfig, logs: $logs,
       ready: ($api and $ready and $tekton and all($processes[]; .running) and ($operator == null or ($operator.phase == "Succeeded" and $operator.tektonConfigReady))),
       apiReady: $api, nodeReady: $ready, tektonReady: $tekton, tektonVersion: $version, operator: $operator, processes: $processes}'
}

status_json() { # CLUSTER...
  local cluster git=false
  if git_server_ready 2>/dev/null; then git=true; fi
  for cluster; do
    node_select "$cluster"
    status_node
  done | jq -s --arg url "http://$NET_HOST_IP:$GIT_SERVER_PORT" --argjson git "$git" --arg left "$(status_leftovers)" \
    '{clusters: ., git: {url: $url, running: $git}, resources: ($left | split(" ") | map(select(. != ""))), ready: ($git and all(.[]; .ready))}'
}

cmd_status() {
  local json=false argument clusters='' status
  for argument; do
    case $argument in
      --json) json=true ;;
      *) clusters=$(expand "$argument") ;;
    esac
  done
  : "${clusters:=$(expand all)}"
  command -v jq >/dev/null || die "jq is missing, and with it the clusters (scripts/cluster up)"
  # shellcheck disable=SC2034
  NODE_BIN=$(cache_root)/tools/kubernetes-$(tool_hash kubernetes)
  # shellcheck disable=SC2086
  status=$(status_json $clusters)
  if [[ $json == true ]]; then
    printf '%s\n' "$status"
  else
    jq -r 'def mark: if . then "ready" else "NOT READY" end;
      (.clusters[] | "\(.name): \(.ready | mark)  \(.server)  registry \(.registry)",
        "  kubeconfig \(.kubeconfig)", "  Tekton \(.tektonVersion // "-") \(.tektonReady | mark)",
        (.operator | select(.) | "  operator \(.csv): \(.phase), TektonConfig \(.tektonConfigReady | mark)"),
        ([.processes[] | select(.running | not).name] | select(length > 0) | "  stopped: \(join(", "))")),
      "git: \(.git.running | mark)  \(.git.url)"' <<<"$status"
  fi
  [[ $(jq .ready <<<"$status") == true ]]
}
