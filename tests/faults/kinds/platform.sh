# shellcheck shell=bash disable=SC2034 # lib.sh reads what a fault sets
# The cluster itself: its nodes, registries, name service, webhooks and API server.

kind absent-image platform tuning
absent-image/tag() {
  task 'command: ["true"], image: busybox:9.99'
  sed -i 's/image: busybox, //' "$WORK/manifest.yaml"
  check Run builds_with_the_new_image CHECK_TIMEOUT=30s
}
absent-image/repository() {
  pod 'image: quay.io/example/absent:1'
  sed -i 's/image: busybox, //' "$WORK/manifest.yaml"
  check Pod runs_the_image CHECK_TIMEOUT=10s
}
absent-image/wait() {
  pod 'image: "ghcr.io/example/tool@sha256:0000000000000000000000000000000000000000000000000000000000000000"'
  sed -i 's/image: busybox, //' "$WORK/manifest.yaml"
  check_command starts_by_digest "kubectl -n $NS create -f manifest.yaml && kubectl -n $NS wait --for=condition=Ready --timeout=8s pod/worker || { kubectl -n $NS describe pod worker; exit 1; }"
}
absent-image/smoke() { check_smoke when SMOKE_IMAGE=busybox:absent SMOKE_TIMEOUT=40s; }

kind unschedulable platform tuning
unschedulable/cpu() {
  pod 'command: ["true"], resources: {requests: {cpu: "64"}}'
  check Pod runs_a_large_worker CHECK_TIMEOUT=5s
}
unschedulable/memory() {
  task 'command: ["true"], computeResources: {requests: {memory: 900Gi}}' 'timeout: 8s'
  check Run builds_with_much_memory
}
unschedulable/selector() {
  pod 'command: ["true"]' 'nodeSelector: {kubernetes.io/arch: s390x}'
  check_command runs_on_the_mainframe "kubectl -n $NS create -f manifest.yaml && kubectl -n $NS wait --for=condition=Ready --timeout=3s pod/worker || { kubectl -n $NS describe pod worker; exit 1; }"
}
unschedulable/taint() {
  undo kubectl taint node target dedicated-
  kubectl taint node target dedicated=builds:NoSchedule
  task 'command: ["true"]'
  check_gauge "Verify that the run succeeds" "Pipelines CORE: Run a task in a pod" CHECK_TIMEOUT=8s
}

kind evicted platform tuning
evicted/limit() {
  pod 'command: [sh, -c, "dd if=/dev/zero of=/tmp/out bs=1M count=64; sleep 60"], resources: {limits: {ephemeral-storage: 8Mi}}'
  check Pod writes_its_report CHECK_TIMEOUT=60s
}
evicted/volume() {
  task 'command: [sh, -c], args: ["dd if=/dev/zero of=/scratch/out bs=1M count=64; sleep 60"], volumeMounts: [{name: scratch, mountPath: /scratch}]'
  sed -i 's/taskSpec: {/taskSpec: {volumes: [{name: scratch, emptyDir: {sizeLimit: 4Mi}}], /' "$WORK/manifest.yaml"
  check Run unpacks_the_sources CHECK_TIMEOUT=90s
}
evicted/full() {
  pod 'command: [sh, -c, "cp /bin/busybox /scratch/one && cp /bin/busybox /scratch/two"], volumeMounts: [{name: scratch, mountPath: /scratch}]' \
    'volumes: [{name: scratch, emptyDir: {medium: Memory, sizeLimit: 1Mi}}]'
  check_command copies_the_tools "kubectl -n $NS create -f manifest.yaml && kubectl -n $NS wait --for=jsonpath={.status.phase}=Failed --timeout=20s pod/worker && kubectl -n $NS logs worker && false"
}

kind webhook-down platform tuning
# A webhook of the namespace's ConfigMaps that is not there.
webhook() { # CLIENT_CONFIG
  undo kubectl delete validatingwebhookconfiguration "checks.$NS.example.com"
  kubectl create -f - <<YAML
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: checks.$NS.example.com}
webhooks:
  - name: checks.example.com
    clientConfig: $1
    rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: $NS}}
    admissionReviewVersions: [v1]
    sideEffects: None
    timeoutSeconds: 2
YAML
  wait_until 30 "the webhook is asked" "$WORK/webhook.log" webhook_is_asked
  manifest <<<'{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}'
}
# The API server learns of a webhook by a watch; it asks for a dry run, too.
webhook_is_asked() { ! k create configmap probe --dry-run=server >/dev/null 2>&1; }
webhook-down/no-service() {
  webhook "{service: {name: checks, namespace: $NS}}"
  check_command saves_settings "kubectl -n $NS create -f manifest.yaml"
}
webhook-down/no-endpoints() {
  k create service clusterip checks --tcp=443:8443
  webhook "{service: {name: checks, namespace: $NS}}"
  check Create saves_the_settings
}
webhook-down/silent() {
  webhook "{url: 'https://10.97.255.254:443/validate'}"
  check Create saves_its_settings
}
webhook-down/pipelines() {
  undo wait_well
  undo kubectl -n tekton-pipelines scale deployment/tekton-pipelines-webhook --replicas=1
  undo kubectl -n tekton-operator scale deployment/tekton-operator --replicas=1
  kubectl -n tekton-operator scale deployment/tekton-operator --replicas=0
  kubectl -n tekton-pipelines scale deployment/tekton-pipelines-webhook --replicas=0
  kubectl -n tekton-pipelines wait --for=delete pod -l app=tekton-pipelines-webhook --timeout=60s
  task 'command: ["true"]'
  check_gauge "Verify that the run succeeds" "Pipelines CORE: Run a task"
}

kind refused platform tuning
refused/kubectl() {
  kubeconfig '.clusters[0].cluster.server = "https://127.0.0.1:6399"'
  check_command lists_tasks "kubectl -n $NS get tasks"
}
refused/client() {
  kubeconfig '.clusters[0].cluster.server = "https://127.0.0.1:6399"'
  task 'command: ["true"]'
  check Create starts_a_small_run
}
refused/gauge() {
  kubeconfig '.clusters[0].cluster.server = "https://127.0.0.1:6399"'
  check_gauge "Get the resource" "Pipelines CORE: Read the settings" CHECK_OBJECT=configmaps.v1./settings
}
refused/step() {
  task "command: [wget, -q, -O, '-', 'http://$NODE_IP:9/healthz']"
  check Run reports_to_the_sink
}

kind broken-registry platform test
registry_at() { # ADDRESS: what private.example.com's images are asked for at
  undo rm -rf "$NODE_DIR/containerd/hosts/private.example.com"
  node_containerd_host private.example.com "$1"
}
broken-registry/refused() {
  task 'command: ["true"], image: 10.88.0.1:5999/team/builder:1'
  sed -i 's/image: busybox, //' "$WORK/manifest.yaml"
  check Run builds_with_the_builder CHECK_TIMEOUT=40s
}
broken-registry/plain-http() {
  background "$BIN/trouble" "$NET_HOST_IP:5012" status 200 ok
  pod 'image: 10.88.0.1:5012/team/worker:1'
  sed -i 's/image: busybox, //' "$WORK/manifest.yaml"
  check Pod starts_the_worker CHECK_TIMEOUT=12s
}
broken-registry/certificate() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$WORK/key" -out "$WORK/crt" -days 1 -subj /CN=registry -addext "subjectAltName=IP:$NET_HOST_IP" 2>/dev/null
  printf 'version: 0.1\nlog: {level: error}\nstorage: {inmemory: {}}\nhttp: {addr: "%s:5013", tls: {certificate: "%s", key: "%s"}}\n' "$NET_HOST_IP" "$WORK/crt" "$WORK/key" >"$WORK/registry.yaml"
  background docker-registry serve "$WORK/registry.yaml"
  task 'command: ["true"], image: "10.88.0.1:5013/team/builder:2"'
  sed -i 's/image: busybox, //' "$WORK/manifest.yaml"
  check_gauge "Verify that the run succeeds" "Buildah: Run the task with the builder image" CHECK_TIMEOUT=40s
}
broken-registry/too-many() {
  background "$BIN/trouble" "$NET_HOST_IP:5014" status 429 '{"errors":[{"code":"TOOMANYREQUESTS","message":"rate limit exceeded"}]}'
  registry_at "$NET_HOST_IP:5014"
  pod 'image: private.example.com/team/app:3'
  sed -i 's/image: busybox, //' "$WORK/manifest.yaml"
  check Pod starts_the_app CHECK_TIMEOUT=12s
}
broken-registry/unavailable() {
  background "$BIN/trouble" "$NET_HOST_IP:5015" status 503 ''
  registry_at "$NET_HOST_IP:5015"
  task 'command: ["true"], image: "private.example.com/team/app:4"'
  sed -i 's/image: busybox, //' "$WORK/manifest.yaml"
  check Run runs_the_app CHECK_TIMEOUT=40s
}

kind volume platform test
volume/unbound() {
  k create -f - <<<'{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: sources}, spec: {storageClassName: "", accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}'
  pod 'command: ["true"]' 'volumes: [{name: sources, persistentVolumeClaim: {claimName: sources}}]'
  check Pod reads_the_sources CHECK_TIMEOUT=5s
}
volume/workspace() {
  task 'command: ["true"]' 'timeout: 10s, workspaces: [{name: cache, volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}]'
  sed -i 's/taskSpec: {/taskSpec: {workspaces: [{name: cache}], /' "$WORK/manifest.yaml"
  check Run keeps_its_cache
}
volume/mount() {
  pod 'command: ["true"], volumeMounts: [{name: share, mountPath: /share}]' 'volumes: [{name: share, nfs: {server: 127.0.0.1, path: /exports}}]'
  check_command reads_the_share "kubectl -n $NS create -f manifest.yaml; $(until_warned); kubectl -n $NS get events --field-selector type=Warning; kubectl -n $NS wait --for=condition=Ready --timeout=4s pod/worker"
}

kind out-of-memory platform test
out-of-memory/pod() {
  pod 'command: [sh, -c, "tail /dev/zero"], resources: {limits: {memory: 16Mi}}'
  check Pod sorts_a_large_file CHECK_TIMEOUT=40s
}
out-of-memory/taskrun() {
  task 'command: [tail, /dev/zero], computeResources: {limits: {memory: 24Mi}}'
  check Run links_the_program
}
out-of-memory/kubectl() {
  pod 'command: [sh, -c, "tail /dev/zero"], resources: {limits: {memory: 16Mi}}'
  check_command unpacks_the_archive "kubectl -n $NS create -f manifest.yaml && kubectl -n $NS wait --for=jsonpath={.status.phase}=Failed --timeout=30s pod/worker && kubectl -n $NS get pods && false"
}

kind names platform test
names/step() {
  task 'command: [wget, -q, -O, "-", "http://git.example.com/team/app.git"]'
  check Run fetches_the_sources
}
names/git() {
  pod 'image: base/git, command: [git, clone, "https://git.example.com/team/app.git", /tmp/app]'
  sed -i "s#image: busybox, ##; s#base/git#$NODE_REGISTRY/base/git#" "$WORK/manifest.yaml"
  check Pod clones_the_sources
}
# nameless MODE CHECK...: the check in a network of its own, whose name server behaves as trouble's MODE.
nameless() {
  local mode=$1 resolv=$WORK/resolv.conf
  shift
  printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >"$resolv"
  undo ip netns delete "$NS"
  ip netns add "$NS"
  ip -n "$NS" link set lo up
  background ip netns exec "$NS" "$BIN/trouble" 127.0.0.1:53 "$mode"
  # shellcheck disable=SC2016 # for the inner shell
  CHECK_PREFIX=(ip netns exec "$NS" unshare --mount -- sh -c 'mount --bind "$0" /etc/resolv.conf && exec "$@"' "$resolv")
  "$@"
}
names/unknown() { nameless nxdomain check Lookup finds_the_event_sink CHECK_URL=sink.example.com; }
names/server-fails() { nameless servfail check Fetch posts_to_the_event_sink CHECK_URL=http://sink.example.com/events; }
names/kubectl() {
  kubeconfig '.clusters[0].cluster.server = "https://api.target.example.com:6443"'
  nameless nxdomain check_command lists_all_tasks "kubectl -n $NS get tasks"
}

kind slow-server platform test
slow-server/timeout() {
  trouble 6401 slow "$NODE_IP:6443"
  kubeconfig '.clusters[0].cluster.server = "https://127.0.0.1:6401"'
  check Get reads_the_config CHECK_OBJECT=configmaps.v1./config CHECK_REQUEST_TIMEOUT=2s
}
slow-server/handshake() {
  trouble 6402 silent
  kubeconfig '.clusters[0].cluster.server = "https://127.0.0.1:6402"'
  check_command lists_pipelineruns "kubectl -n $NS get --raw /apis/tekton.dev/v1/namespaces/$NS/pipelineruns"
}
slow-server/reset() {
  trouble 6403 reset
  kubeconfig '.clusters[0].cluster.server = "https://127.0.0.1:6403"'
  task 'command: ["true"]'
  check Create starts_the_nightly_build CHECK_DISCOVERY=off
}
slow-server/closed() {
  trouble 6404 close
  kubeconfig '.clusters[0].cluster.server = "https://127.0.0.1:6404"'
  check_gauge "Get the resource" "Pipelines CORE: Read the config" CHECK_OBJECT=configmaps.v1./config
}
slow-server/kubectl-timeout() {
  trouble 6405 slow "$NODE_IP:6443"
  kubeconfig '.clusters[0].cluster.server = "https://127.0.0.1:6405"'
  check_command waits_for_the_run "kubectl -n $NS get --raw /apis/tekton.dev/v1/taskruns --request-timeout=2s"
}
slow-server/aggregated() {
  undo kubectl delete apiservice v1.metrics.example.com
  kubectl create -f - <<YAML
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.metrics.example.com}
spec: {group: metrics.example.com, version: v1, service: {name: metrics, namespace: $NS}, groupPriorityMinimum: 100, versionPriority: 100}
YAML
  sleep 1
  check_command reads_metrics "kubectl get --raw /apis/metrics.example.com/v1/pods"
}
