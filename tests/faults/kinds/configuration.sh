# shellcheck shell=bash disable=SC2034 # lib.sh reads what a fault sets
# What the target lacks by the way it was set up: rights, secrets, settings, room in a quota.

kind denied configuration tuning
denied/kubectl() {
  account
  check_command reads_the_pull_secret "kubectl -n $NS get secrets"
}
denied/create() {
  account view
  task 'command: ["true"]'
  check Create starts_a_build
}
denied/grant() {
  account admin
  check_command gives_the_pipeline_its_role "kubectl -n $NS create role builder --verb=create --resource=pods/exec,nodes"
}
denied/step() {
  task "image: '$NODE_REGISTRY/base/git', command: [sh, -c], args: ['exec git -c http.sslVerify=false -c http.extraHeader=\"Authorization: Bearer \$(cat /var/run/secrets/kubernetes.io/serviceaccount/token)\" ls-remote https://$NODE_SERVICE_IP/api/v1/secrets']"
  sed -i 's/image: busybox, //' "$WORK/manifest.yaml"
  check Run lists_secrets_of_all_namespaces
}
denied/gauge() {
  account view
  manifest <<<'{apiVersion: v1, kind: ServiceAccount, metadata: {name: pipeline}}'
  check_gauge "Create the resources" "Verify RBAC Resources: Create the account of the pipelines"
}

kind unauthorized configuration tuning
unauthorized/kubectl() {
  kubeconfig '.users[0].user = {token: "expired"}'
  check_command lists_pipelines "kubectl -n $NS get pipelines"
}
unauthorized/client() {
  kubeconfig '.users[0].user = {token: "expired"}'
  task 'command: ["true"]'
  check Create starts_a_run
}
unauthorized/deleted-account() {
  account edit
  k delete serviceaccount tester
  task 'command: ["true"]'
  check Create starts_a_run_as_the_tester CHECK_DISCOVERY=off
}

kind missing-account configuration tuning
missing-account/taskrun() {
  task 'command: ["true"]' 'serviceAccountName: builder'
  check Run builds_as_builder
}
missing-account/pod() {
  pod 'command: ["true"]' 'serviceAccountName: deployer'
  check Create deploys_as_deployer
}
missing-account/token() { check_command gets_a_token "kubectl -n $NS create token publisher"; }

kind quota configuration tuning
quota/pod() {
  k create quota compute --hard=pods=0
  pod 'command: ["true"]'
  check Create starts_a_worker
}
quota/taskrun() {
  k create quota compute --hard=limits.cpu=1
  task 'command: ["true"]'
  check Run builds_within_the_quota
}
quota/maximum() {
  k create -f - <<<'{apiVersion: v1, kind: LimitRange, metadata: {name: small}, spec: {limits: [{type: Container, max: {memory: 64Mi}}]}}'
  pod 'command: ["true"], resources: {limits: {memory: 1Gi}}'
  check_command starts_a_large_worker "kubectl -n $NS create -f manifest.yaml"
}
quota/gauge() {
  k create quota objects --hard=count/taskruns.tekton.dev=0
  task 'command: ["true"]'
  check_gauge "Verify that the run succeeds" "Pipelines CORE: Run a task with a step"
}

kind pull-denied configuration tuning
# A registry that wants to know who asks, under a name of its own.
private_registry() {
  local address=$NET_HOST_IP:5011
  : >"$WORK/htpasswd"
  printf 'version: 0.1\nlog: {level: error}\nstorage: {inmemory: {}}\nhttp: {addr: "%s"}\nauth: {htpasswd: {realm: team, path: "%s"}}\n' \
    "$address" "$WORK/htpasswd" >"$WORK/registry.yaml"
  background docker-registry serve "$WORK/registry.yaml"
  wait_until 10 "the registry" "$WORK/background.log" bash -c "exec 3<>/dev/tcp/${address/://}"
  undo rm -rf "$NODE_DIR/containerd/hosts/private.example.com"
  node_containerd_host private.example.com "$address"
}
pull-denied/taskrun() {
  private_registry
  task 'image: private.example.com/team/builder:1, command: ["true"]'
  sed -i 's/image: busybox, //' "$WORK/manifest.yaml"
  check Run builds_with_the_team_image
}
pull-denied/pod() {
  private_registry
  pod 'image: private.example.com/team/worker:1'
  sed -i 's/image: busybox, //' "$WORK/manifest.yaml"
  check Pod runs_the_team_image CHECK_TIMEOUT=20s
}
pull-denied/push() {
  private_registry
  check_command copies_the_image "skopeo inspect --tls-verify=false docker://$NET_HOST_IP:5011/team/builder:1"
}

kind missing-secret configuration test
missing-secret/environment() {
  pod 'command: ["true"], env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: git-token, key: token}}}]'
  check Pod reads_the_token CHECK_TIMEOUT=10s
}
missing-secret/key() {
  k create secret generic registry-login --from-literal=user=someone
  task 'command: ["true"], env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: registry-login, key: password}}}]' 'timeout: 60s'
  check Run logs_in
}
missing-secret/volume() {
  pod 'command: ["true"], volumeMounts: [{name: key, mountPath: /key}]' 'volumes: [{name: key, secret: {secretName: signing-key}}]'
  check_command signs_the_image "kubectl -n $NS create -f manifest.yaml && $(until_warned) && kubectl -n $NS get events --field-selector type=Warning && kubectl -n $NS wait --for=condition=Ready --timeout=5s pod/worker"
}
missing-secret/kubectl() { check_command reads_the_webhook_secret "kubectl -n $NS get secret github-webhook-secret -o jsonpath={.data.token}"; }
missing-secret/gauge() { check_gauge "Get the resource" "Pipelines as Code: Verify the webhook secret" CHECK_OBJECT=secrets.v1./gitlab-webhook-config; }

kind missing-configmap configuration test
missing-configmap/environment() {
  task 'command: ["true"], env: [{name: PROXY, valueFrom: {configMapKeyRef: {name: site, key: proxy}}}]' 'timeout: 60s'
  check Run uses_the_proxy
}
missing-configmap/all-of-it() {
  pod 'command: ["true"], envFrom: [{configMapRef: {name: settings}}]'
  check Pod takes_its_settings CHECK_TIMEOUT=10s
}
missing-configmap/key() {
  k create configmap registries --from-literal=push=registry.example.com
  pod 'command: ["true"], env: [{name: PULL, valueFrom: {configMapKeyRef: {name: registries, key: pull}}}]'
  check Pod knows_the_registry CHECK_TIMEOUT=10s
}
missing-configmap/client() { check Get has_trusted_authorities CHECK_OBJECT=configmaps.v1./config-trusted-cabundle; }

kind pod-security configuration test
restricted() { kubectl label namespace "$NS" pod-security.kubernetes.io/enforce=restricted; }
pod-security/pod() {
  restricted
  pod 'command: ["true"], securityContext: {privileged: true}'
  check Create starts_a_privileged_worker
}
pod-security/taskrun() {
  restricted
  task 'command: ["true"]'
  check Run builds_as_it_always_did
}
pod-security/root() {
  pod 'command: ["true"], securityContext: {runAsNonRoot: true}'
  check Pod runs_as_a_user CHECK_TIMEOUT=10s
}

kind setting configuration test
setting/alpha() {
  manifest <<'YAML'
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: nested}
spec: {tasks: [{name: inner, pipelineRef: {name: other}}]}
YAML
  check Create creates_a_pipeline_in_a_pipeline
}
setting/operator() {
  check_command sets_the_feature_flag "kubectl patch tektonconfig config --type=merge -p '{\"spec\":{\"pipeline\":{\"enable-api-fields\":\"everything\"}}}'"
}
setting/context() { check_command lists_runs_of_the_other_cluster "kubectl --context=release-cluster -n $NS get pipelineruns"; }
setting/kubeconfig() {
  CHECK_KUBECONFIG=kubeconfig-of-the-release
  check Get reads_the_defaults CHECK_OBJECT=configmaps.v1./defaults
}
setting/smoke() { check_smoke when SMOKE_TIMEOUT=soon; }
setting/no-cluster() {
  CHECK_KUBECONFIG=''
  check_gauge "Get the resource" "Pipelines CORE: Read the defaults" CHECK_OBJECT=configmaps.v1./defaults
}
