# shellcheck shell=bash
# Installing Streamgate on a hub. Needs log.sh, cache.sh, node.sh, git-server.sh, mirror.sh and ROOT.

HUB_KUBECONFIG='' HUB_NAMESPACE='' HUB_REGISTRY='' HUB_DEFAULTS=() HUB_SECRETS=()

hub_overlay() { printf '%s/build/overlay\n' "$ROOT"; }
hub_log() { printf '%s/build/logs/hub.log\n' "$ROOT"; }
hub_kubectl() { "$(tool_dir kubernetes)/kubectl" --kubeconfig "$HUB_KUBECONFIG" -n "$HUB_NAMESPACE" "$@"; }

# hub_use KUBECONFIG NAMESPACE: the hub that the functions below mean.
hub_use() { HUB_KUBECONFIG=$1 HUB_NAMESPACE=$2; }

# hub_check TARGET_KUBECONFIG: ends the script when the hub does not answer, or when pods cannot use the target's kubeconfig. Whether the
# target answers is the pods' matter: this machine need not reach it.
hub_check() {
  local kubectl log target plugin
  kubectl=$(tool_dir kubernetes)/kubectl log=$(hub_log)
  mkdir -p "${log%/*}"
  "$kubectl" --kubeconfig "$HUB_KUBECONFIG" get --raw /version --request-timeout=15s >/dev/null 2>"$log" ||
    die "the hub of $HUB_KUBECONFIG does not answer: $(log_reason "$log")"
  target=$("$kubectl" --kubeconfig "$1" config view --minify -o json 2>"$log") || die "the target's kubeconfig $1 is not one: $(log_reason "$log")"
  plugin=$(jq -r '.users[]?.user.exec.command // empty' <<<"$target")
  [[ ! $plugin ]] || die "the target's kubeconfig $1 asks the plugin $plugin, which pods do not have: use a token or a certificate"
}

hub_use_local() { # NAMESPACE
  node_select hub
  HUB_KUBECONFIG=$NODE_KUBECONFIG HUB_NAMESPACE=$1 HUB_REGISTRY=$NODE_REGISTRY
}

# hub_repositories UPSTREAM COMPONENTS: puts what the local git server serves in its place, and tells the site's defaults of it.
hub_repositories() {
  HUB_DEFAULTS+=("GOPROXY=$(git_server_modules)")
  hub_suites >>"$(hub_log)"
  git_server_create results.git
  HUB_DEFAULTS+=("STREAMGATE_PUBLISH_URL=$(git_server_url results.git)" "STREAMGATE_SUITE_URL=$(git_server_url suites.git)")
  if [[ $1 == github ]]; then # copied already
    HUB_DEFAULTS+=("STREAMGATE_REPOSITORY=$(mirror_defaults "$2")")
    return
  fi
  "$ROOT/scripts/cluster" upstream >>"$(hub_log)"
  HUB_DEFAULTS+=("STREAMGATE_REPOSITORY=pipeline=$(git_server_url pipeline.git)")
}

# The suites of this checkout as a repository of their own: one commit with fixed names and dates, so that the same files give the same id.
hub_suites() {
  local work
  work=$(mktemp -d)
  cp -a "$ROOT/suites/." "$work/"
  (
    cd "$work" || exit
    export GIT_AUTHOR_NAME=streamgate GIT_AUTHOR_EMAIL=streamgate@localhost GIT_AUTHOR_DATE=2026-01-01T00:00:00Z
    export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
    git init -q -b main && git add -A && git commit -qm 'The suites of this checkout'
  )
  git_server_push "$work" suites.git
  rm -rf "$work"
}

# The PodSecurity level that is enforced on the namespace; nothing when there is none.
hub_level() { hub_kubectl get namespace "$HUB_NAMESPACE" --ignore-not-found -o 'jsonpath={.metadata.labels.pod-security\.kubernetes\.io/enforce}'; }

# hub_manifest [LEVEL]: the tasks and pipelines with pushed images in the namespace of this PodSecurity level.
hub_manifest() {
  local folder
  folder=$(hub_overlay)-namespace
  mkdir -p "$folder"
  printf 'namespace: %s\nresources: [../%s]\n' "$HUB_NAMESPACE" "$(basename "$(hub_overlay)")" >"$folder/kustomization.yaml"
  "$(tool_dir kubernetes)/kubectl" kustomize "$folder" | sed "s|^\( *pod-security.kubernetes.io/enforce:\).*|\1 ${1:-baseline}|"
}

# hub_defaults: writes HUB_DEFAULTS into the site's defaults; what else somebody has set there stays.
hub_defaults() {
  local data
  ((${#HUB_DEFAULTS[@]})) || return 0
  data=$(jq -n '{data: ($ARGS.positional | map(index("=") as $at | {key: .[:$at], value: .[$at + 1:]}) | from_entries)}' --args "${HUB_DEFAULTS[@]}")
  hub_kubectl get configmap streamgate-defaults -o name >/dev/null 2>&1 || hub_kubectl create configmap streamgate-defaults
  hub_kubectl patch configmap streamgate-defaults --type=merge -p "$data"
}

# hub_install TARGET_KUBECONFIG: installs or updates Streamgate, and gives it the target's kubeconfig.
hub_install() {
  local level
  mkdir -p "$ROOT/build/logs"
  # What somebody has set stays.
  level=$(hub_level)
  hub_manifest "$level" >"$ROOT/build/overlay/all.yaml"
  log_run "installing on the hub" "$(hub_log)" hub_kubectl apply -f "$ROOT/build/overlay/all.yaml"
  hub_defaults >>"$(hub_log)"
  hub_secret target kubeconfig "$1"
}

# hub_secret WORKSPACE KEY FILE: makes the Secret of that workspace; runs that are started after it have the workspace.
hub_secret() {
  hub_kubectl create secret generic "streamgate-$1" "--from-file=$2=$3" --dry-run=client -o yaml | hub_kubectl apply -f - >>"$(hub_log)"
  HUB_SECRETS+=("$1")
}

# hub_volume NAME FOLDER: a folder of this machine for the claim NAME; any user of a pod may write there.
hub_volume() {
  mkdir -p "$2"
  chmod 0777 "$2"
  cat <<YAML
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: $HUB_NAMESPACE-$1}
spec:
  capacity: {storage: 20Gi}
  accessModes: [ReadWriteOnce, ReadWriteMany]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: ""
  hostPath: {path: $2}
  claimRef: {namespace: $HUB_NAMESPACE, name: $1}
YAML
}

hub_cache_claim() {
  cat <<YAML
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: streamgate-cache, namespace: $HUB_NAMESPACE}
spec:
  accessModes: [ReadWriteMany]
  storageClassName: ""
  resources: {requests: {storage: 20Gi}}
YAML
}

hub_runs_folder() { printf '%s/runs\n' "$(state_root)"; }

# hub_install_local: the same on the local hub, with folders of this machine for runs and caches, and the target's own registry.
hub_install_local() {
  node_select target
  HUB_DEFAULTS+=("STREAMGATE_PUSH_REGISTRY=$NODE_REGISTRY/tekton-upstream" "STREAMGATE_BASE_IMAGE=$HUB_REGISTRY/base/git:latest")
  hub_install "$NODE_KUBECONFIG"
  { hub_volume streamgate-runs "$(hub_runs_folder)" && hub_volume streamgate-cache "$(cache_root)/component-builds" && hub_cache_claim; } | hub_kubectl apply -f - >>"$(hub_log)"
}
