# shellcheck shell=bash
# One single-node Kubernetes cluster in a network namespace of its own. Needs log.sh, cache.sh, proc.sh, cgroup.sh, net.sh,
# images.sh and node-config.sh.

readonly CLUSTERS='hub target'

# The processes of a node. Those before `controller-manager` wait for nobody; the others want an API server that answers.
readonly NODE_PROCESSES='etcd apiserver containerd registry controller-manager scheduler kubelet proxy'

# node_tools: makes sure that the executables are there.
node_tools() { NODE_BIN=$(tool_dir kubernetes); }

state_root() { printf '%s\n' "${STREAMGATE_STATE:-/var/lib/streamgate}"; }

# node_select CLUSTER: all that is told of a cluster by its name.
# shellcheck disable=SC2034
node_select() {
  local number
  case $1 in
    hub) number=2 ;;
    target) number=3 ;;
    *) die "no such cluster: $1 (there are: $CLUSTERS)" ;;
  esac
  NODE=$1
  NODE_DIR=$(state_root)/$1
  NODE_IP=10.88.0.$number
  NODE_GROUP=sg-$1
  NODE_NETNS=$NET_FOLDER/sg-$1
  NODE_SERVER=https://$NODE_IP:6443
  NODE_REGISTRY=$NODE_IP:5000
  NODE_PODS=10.$((242 + number)).0.0/24
  NODE_SERVICES=10.$((94 + number)).0.0/16
  NODE_SERVICE_IP=10.$((94 + number)).0.1
  NODE_KUBECONFIG=$NODE_DIR/kubeconfig
}

node_kubectl() { "$NODE_BIN/kubectl" --kubeconfig "$NODE_KUBECONFIG" --cache-dir "$NODE_DIR/kubectl" "$@"; }

node_log() { printf '%s/logs/%s.log\n' "$NODE_DIR" "$1"; }

# node_start_process NAME: starts one process of the node.
node_start_process() {
  local pki=$NODE_DIR/pki etcd=http://127.0.0.1:2379
  local -a command
  case $1 in
    etcd)
      command=(etcd --data-dir "$NODE_DIR/etcd" --listen-client-urls "$etcd" --advertise-client-urls "$etcd"
        --listen-peer-urls http://127.0.0.1:2380 --auto-compaction-retention=1h --quota-backend-bytes=4294967296 --logger=zap) ;;
    apiserver)
      command=("$NODE_BIN/kube-apiserver" --etcd-servers="$etcd" --service-cluster-ip-range="$NODE_SERVICES" --secure-port=6443
        --advertise-address="$NODE_IP" --client-ca-file="$pki/ca.crt" --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key"
        --service-account-key-file="$pki/accounts.pub" --service-account-signing-key-file="$pki/accounts.key"
        --service-account-issuer=https://kubernetes.default.svc --kubelet-client-certificate="$pki/admin.crt"
        --kubelet-client-key="$pki/admin.key" --kubelet-certificate-authority="$pki/ca.crt" --kubelet-preferred-address-types=InternalIP
        "--authorization-mode=Node,RBAC" --allow-privileged=true --enable-aggregator-routing=true --profiling=false) ;;
    controller-manager)
      command=("$NODE_BIN/kube-controller-manager" --kubeconfig="$pki/controller-manager.kubeconfig" --leader-elect=false
        --service-account-private-key-file="$pki/accounts.key" --root-ca-file="$pki/ca.crt" --use-service-account-credentials
        --cluster-signing-cert-file="$pki/ca.crt" --cluster-signing-key-file="$pki/ca.key" --kube-api-qps=100 --kube-api-burst=200
        --controllers='*,-horizontal-pod-autoscaler-controller') ;;
    scheduler)
      command=("$NODE_BIN/kube-scheduler" --kubeconfig="$pki/scheduler.kubeconfig" --leader-elect=false
        --authentication-kubeconfig="$pki/scheduler.kubeconfig" --authorization-kubeconfig="$pki/scheduler.kubeconfig") ;;
    containerd) command=(containerd --config "$NODE_DIR/containerd/config.toml") ;;
    registry) command=(docker-registry serve "$NODE_DIR/registry.yaml") ;;
    kubelet)
      command=("$NODE_BIN/kubelet" --config="$NODE_DIR/kubelet/config.yaml" --kubeconfig="$pki/kubelet.kubeconfig"
        --hostname-override="$NODE" --node-ip="$NODE_IP" --root-dir="$NODE_DIR/kubelet/root" --cert-dir="$NODE_DIR/kubelet/pki") ;;
    proxy)
      command=("$NODE_BIN/kube-proxy" --kubeconfig="$pki/proxy.kubeconfig" --cluster-cidr="$NODE_PODS" --hostname-override="$NODE"
        --proxy-mode=iptables --conntrack-max-per-core=0 --conntrack-min=0 --bind-address="$NODE_IP") ;;
  esac
  proc_start "$NODE_DIR" "$1" "$NODE_GROUP" "$NODE_NETNS" "${command[@]}"
}

# What a kubelet sets for the whole machine.
readonly NODE_SYSCTLS=(kernel.keys.root_maxbytes kernel.keys.root_maxkeys kernel.panic kernel.panic_on_oops vm.overcommit_memory vm.panic_on_oom)

node_sysctls_file() { printf '%s/sysctl.conf\n' "$(state_root)"; }

# node_sysctls_save: keeps their values from before the first cluster.
node_sysctls_save() { [[ -e $(node_sysctls_file) ]] || sysctl -e "${NODE_SYSCTLS[@]}" >"$(node_sysctls_file)"; }

node_sysctls_restore() {
  [[ -e $(node_sysctls_file) ]] || return 0
  sysctl -q -p "$(node_sysctls_file)" >&2 || log_info "not every sysctl that the kubelets changed could be set back: $(node_sysctls_file)"
  rm -f "$(node_sysctls_file)"
}

node_api_ready() { curl -fsS --max-time 5 --cacert "$NODE_DIR/pki/ca.crt" --cert "$NODE_DIR/pki/admin.crt" --key "$NODE_DIR/pki/admin.key" "$NODE_SERVER/readyz"; }

node_registry_ready() { curl -fsS --max-time 5 "http://$NODE_REGISTRY/v2/"; }

node_ready() { [[ $(node_kubectl get node "$NODE" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null) == True ]]; }

# node_identity BUNDLE: what the cluster is made of.
node_identity() { printf '%s %s\n' "${NODE_BIN##*/}" "${1##*/}"; }

# node_explain: what may keep the cluster from being ready.
node_explain() {
  node_kubectl get pods -A -o wide
  node_kubectl get events -A --field-selector type=Warning --sort-by=.lastTimestamp | tail -n 20
}

# node_up BUNDLE: brings the node up, or what is missing of it.
node_up() {
  local name
  if [[ $(cat "$NODE_DIR/configured" 2>/dev/null) != "$(node_identity "$1")" || ! -e $NODE_NETNS ]]; then
    # Nothing, or half of something, or made by other versions, or what a reboot left: begin with nothing.
    [[ -z $(node_leftovers) ]] || log_step "$NODE: making it anew (what is there is incomplete or of other versions)"
    node_down
    log_step "$NODE: starting Kubernetes"
    node_configure "$1"
    node_identity "$1" >"$NODE_DIR/configured"
  fi
  net_bridge_up "$(state_root)"
  net_namespace_up "sg-$NODE" "$NODE_IP"
  cgroup_create "$NODE_GROUP"
  for name in ${NODE_PROCESSES%%controller-manager*}; do node_start_process "$name"; done
  wait_until 90 "$NODE: API server" "$(node_log apiserver)" node_api_ready
  wait_until 20 "$NODE: registry" "$(node_log registry)" node_registry_ready
  for name in $NODE_PROCESSES; do node_start_process "$name"; done
  # shellcheck disable=SC2034
  WAIT_EXPLAIN=node_explain
  wait_until 90 "$NODE: node Ready" "$(node_log kubelet)" node_ready
}

# node_down: takes everything of the cluster away, and proves it.
node_down() {
  local pid traces left
  # First what would start pods anew; nothing is asked to end in peace, for all of its data goes too.
  if pid=$(proc_pid "$NODE_DIR" kubelet); then kill -KILL "$pid" 2>/dev/null || true; fi
  traces=$(node_traces)
  cgroup_end "$NODE_GROUP"
  xargs -r rm -rf <<<"$traces"
  node_unmount
  net_namespace_down "sg-$NODE"
  cgroup_remove "$NODE_GROUP"
  rm -rf "$NODE_DIR"
  left=$(node_leftovers)
  [[ -z $left ]] || die "$NODE is not all gone: $left"
}

# node_traces: files outside of the cluster's folder that its pods have: where containerd lets no one choose the place.
node_traces() {
  local file sandbox data=$NODE_DIR/containerd/root
  for file in "$NODE_DIR"/containerd/state/io.containerd.runtime.v2.task/k8s.io/*/address; do
    [[ ! -e $file ]] || sed 's|^unix://||; s|$|\n|' "$file"
  done
  for sandbox in "$data"/io.containerd.grpc.v1.cri/sandboxes/*; do
    for file in /var/lib/cni/results/*-"${sandbox##*/}"-*; do [[ ! -e $file ]] || printf '%s\n' "$file"; done
  done
}

# node_mounts: what is mounted below the cluster's folder, the innermost first.
node_mounts() { awk -v folder="$NODE_DIR/" 'index($2, folder) == 1 { print $2 }' /proc/self/mounts | sort -r; }

node_unmount() {
  local mount
  while read -r mount; do umount "$mount" 2>/dev/null || umount -l "$mount" 2>/dev/null || true; done < <(node_mounts)
}

# node_leftovers: prints what exists of the cluster: one word each.
node_leftovers() {
  local item
  for item in $(cgroup_processes "$NODE_GROUP"); do printf 'process:%s ' "$item"; done
  for item in $(node_mounts); do printf 'mount:%s ' "$item"; done
  for item in $(cgroup_folders "$NODE_GROUP"); do printf 'cgroup:%s ' "$item"; done
  [[ ! -e $NODE_NETNS ]] || printf 'namespace:%s ' "$NODE_NETNS"
  ! net_exists "sg-$NODE-h" || printf 'interface:%s ' "sg-$NODE-h"
  [[ ! -e $NODE_DIR ]] || printf 'folder:%s ' "$NODE_DIR"
}
