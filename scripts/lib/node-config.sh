# shellcheck shell=bash
# What the processes of the selected cluster (node.sh) read: certificates, configuration, the registry's first content.
# Needs pki.sh and images.sh.

# node_configure BUNDLE: writes what the processes need: certificates, configuration, the registry's first content.
node_configure() {
  mkdir -p "$NODE_DIR"/{pki,cni,containerd,kubelet,logs,run}
  chmod 0755 "$NODE_DIR"
  node_certificates >"$NODE_DIR/logs/pki.log" 2>&1
  node_containerd_config
  node_kubelet_config
  registry_link "$1/registry" "$NODE_DIR/registry"
  registry_config "$NODE_DIR/registry" 0.0.0.0:5000 >"$NODE_DIR/registry.yaml"
}

node_certificates() {
  local pki=$NODE_DIR/pki name
  pki_authority "$pki"
  pki_certificate "$pki" apiserver /CN=kube-apiserver \
    "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:$NODE_SERVICE_IP,IP:$NODE_IP"
  pki_certificate "$pki" admin /O=system:masters/CN=streamgate-admin DNS:admin
  pki_certificate "$pki" controller-manager /CN=system:kube-controller-manager DNS:controller-manager
  pki_certificate "$pki" scheduler /CN=system:kube-scheduler DNS:scheduler
  pki_certificate "$pki" proxy /CN=system:kube-proxy DNS:proxy
  pki_certificate "$pki" kubelet "/O=system:nodes/CN=system:node:$NODE" "DNS:$NODE,IP:$NODE_IP"
  for name in controller-manager scheduler proxy kubelet; do
    pki_kubeconfig "$pki" "$name" "$NODE_SERVER" "$NODE" >"$pki/$name.kubeconfig"
  done
  pki_kubeconfig "$pki" admin "$NODE_SERVER" "$NODE" >"$NODE_KUBECONFIG"
  chmod 0600 "$NODE_KUBECONFIG" "$pki"/*.kubeconfig "$pki"/*.key
}

node_containerd_config() {
  local host cluster registry
  # Requests for well-known registries end at the cluster's own one; the two clusters' registries speak plain HTTP.
  for host in docker.io mirror.gcr.io gcr.io ghcr.io quay.io registry.k8s.io "$IMAGES_REGISTRY"; do node_containerd_host "$host" "$NODE_REGISTRY"; done
  for cluster in $CLUSTERS; do
    registry=$(node_select "$cluster" && printf '%s' "$NODE_REGISTRY")
    node_containerd_host "$registry" "$registry"
  done
  # restrict_oom_score_adj: where a negative score is refused, runc would die at the start of every pod.
  cat >"$NODE_DIR/containerd/config.toml" <<TOML
version = 2
root = "$NODE_DIR/containerd/root"
state = "$NODE_DIR/containerd/state"
[grpc]
  address = "$NODE_DIR/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  sandbox_image = "$NODE_REGISTRY/pause:1"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$NODE_DIR/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = "$NODE_DIR/containerd/runc"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$NODE_DIR/containerd/hosts"
TOML
  # A cable of its own to each pod and routes between them: with a bridge, answers of a service's pod to a pod beside it would need the
  # kernel to show bridged packets to iptables.
  cat >"$NODE_DIR/cni/10-pods.conflist" <<JSON
{"cniVersion": "0.4.0", "name": "$NODE_GROUP", "plugins": [
  {"type": "ptp", "ipMasq": true, "mtu": 1500, "ipam": {"type": "host-local", "dataDir": "$NODE_DIR/cni/addresses",
    "ranges": [[{"subnet": "$NODE_PODS"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
}

# node_containerd_host HOST REGISTRY: images named HOST/... come from REGISTRY.
node_containerd_host() {
  mkdir -p "$NODE_DIR/containerd/hosts/$1"
  printf 'server = "http://%s"\n[host."http://%s"]\n  capabilities = ["pull", "resolve"]\n' "$2" "$2" >"$NODE_DIR/containerd/hosts/$1/hosts.toml"
}

node_kubelet_config() {
  # There is no cluster DNS, for everything here is asked for by address. A name server on the pod's own loopback refuses at once,
  # where none at all would make the kubelet warn about every pod and a dead one would let every lookup hang.
  printf 'nameserver 127.0.0.1\n' >"$NODE_DIR/kubelet/resolv.conf"
  # A kubelet asks a readiness probe again each time it looks at the pod, not only when the probe's own period is over.
  cat >"$NODE_DIR/kubelet/config.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: "$NODE_DIR/pki/ca.crt"}}
authorization: {mode: Webhook}
tlsCertFile: "$NODE_DIR/pki/kubelet.crt"
tlsPrivateKeyFile: "$NODE_DIR/pki/kubelet.key"
cgroupDriver: cgroupfs
cgroupRoot: /$NODE_GROUP
podLogsDir: "$NODE_DIR/pods"
resolvConf: "$NODE_DIR/kubelet/resolv.conf"
clusterDNS: [127.0.0.1]
clusterDomain: cluster.local
containerRuntimeEndpoint: "unix://$NODE_DIR/containerd/containerd.sock"
volumePluginDir: "$NODE_DIR/kubelet/volumeplugins"
failSwapOn: false
failCgroupV1: false
evictionHard: {imagefs.available: 0%, nodefs.available: 0%, nodefs.inodesFree: 0%}
imageGCHighThresholdPercent: 100
maxPods: 200
serializeImagePulls: false
registryPullQPS: 0
eventRecordQPS: 0
kubeAPIQPS: 100
kubeAPIBurst: 200
syncFrequency: 1s
YAML
}
