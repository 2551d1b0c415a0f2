# shellcheck shell=bash
# Tekton Pipelines: built from the module that a tools group pins, its manifests read in place, and installed on a cluster.
# Needs log.sh, cache.sh, images.sh and node.sh.

readonly TEKTON_MODULE=github.com/tektoncd/pipeline

tekton_version() { tool_version "$1" "$TEKTON_MODULE"; } # GROUP

tekton_bundle_dir() { # GROUP
  printf '%s/bundles/%s-%s-%s\n' "$(cache_root)" "$1" "$(tekton_version "$1")" \
    "$({ images_base_dir && tool_hash "$1" && tool_hash ko && declare -f tekton_ko_config tekton_resolve; } | cache_hash)"
}

# tekton_ko_config REGISTRY VERSION: prints ko's configuration.
tekton_ko_config() {
  # The resolvers clone with git, under tini. What Tekton writes on TaskRuns as its release is set by the linker.
  cat <<YAML
defaultBaseImage: $1/base/static
baseImageOverrides: {$TEKTON_MODULE/cmd/resolvers: $1/base/git}
defaultLdflags: ["-s", "-w", "-X knative.dev/pkg/changeset.rev=$2"]
YAML
}

# tekton_resolve GROUP KO STAGING REGISTRY: builds and pushes the images, and writes the release's manifests to STAGING/release.yaml.
tekton_resolve() {
  local version
  version=$(tekton_version "$1")
  tekton_ko_config "$4" "$version" >"$3/ko.yaml"
  cd "$ROOT/tools/$1" || return
  KO_CONFIG_PATH=$3/ko.yaml KO_DOCKER_REPO=$4/tekton GOTOOLCHAIN=local GOFLAGS=-buildvcs=false CGO_ENABLED=0 \
    "$2/ko" resolve --base-import-paths --insecure-registry --sbom=none --jobs=2 --platform="linux/$(go env GOARCH)" \
    -R -f "$(tool_source "$1" "$TEKTON_MODULE")/config" >"$3/resolved.yaml"
  # The shell image and the release's name are what upstream's own release sets too.
  sed -e "s|$4|$IMAGES_REGISTRY|g" -e "s|\"devel\"|\"$version\"|" -e "s|cgr.dev/chainguard/busybox@sha256:[0-9a-f]*|$IMAGES_REGISTRY/busybox:latest|" \
    "$3/resolved.yaml" >"$3/release.yaml"
  rm "$3/resolved.yaml"
}

tekton_bundle_make() { # GROUP BASE KO STAGING
  registry_link "$2/registry" "$4/registry"
  registry_serve "$4/registry" tekton_resolve "$1" "$3" "$4"
}

tekton_bundle_build() { # GROUP STAGING
  local base ko
  base=$(images_base)
  ko=$(tool_dir ko)
  log_run "building Tekton Pipelines $(tekton_version "$1")" "$(cache_root)/logs/$1.log" tekton_bundle_make "$1" "$base" "$ko" "$2"
}

# tekton_bundle GROUP: makes the bundle of a release unless it is there; prints its folder.
tekton_bundle() {
  local folder
  folder=$(tekton_bundle_dir "$1")
  cache_make "$folder" tekton_bundle_build "$1"
  printf '%s\n' "$folder"
}

# tekton_install GROUP: installs the release on the selected cluster and waits until it serves.
tekton_install() {
  local log
  log=$(node_log tekton-install)
  if ! tekton_installed "$1"; then
    log_run "$NODE: installing Tekton Pipelines $(tekton_version "$1")" "$log" tekton_apply "$1"
  fi
  wait_until 180 "$NODE: Tekton Pipelines" "$log" tekton_ready
}

tekton_apply() { # GROUP
  local version
  version=$(tekton_version "$1")
  sed "s|$IMAGES_REGISTRY|$NODE_REGISTRY|g" "$(tekton_bundle_dir "$1")/release.yaml" >"$NODE_DIR/tekton.yaml"
  node_kubectl apply --server-side --force-conflicts -f "$NODE_DIR/tekton.yaml"
  # coschedule: a gate's tasks share several volumes, and there is one node. set-security-context, if wanted, makes Tekton run every
  # step restricted, so that an image which wants to be root is found out here and not on OpenShift. Nobody injects sidecars here: steps
  # need not wait until all containers of their pod run, which costs each task a second or two.
  node_kubectl -n tekton-pipelines patch configmap feature-flags --type merge -p \
    '{"data": {"coschedule": "disabled", "enable-api-fields": "beta", "running-in-environment-with-injected-sidecars": "false", "set-security-context": "'"${STREAMGATE_SET_SECURITY_CONTEXT:-false}"'"}}'
  node_kubectl -n tekton-pipelines patch configmap config-defaults --type merge -p \
    '{"data": {"default-timeout-minutes": "60", "default-service-account": "default", "default-managed-by-label-value": "tekton-pipelines"}}'
  node_kubectl annotate namespace tekton-pipelines --overwrite "streamgate.dev/tekton=$version"
}

# tekton_installed GROUP: whether all of tekton_apply was done, for this release.
tekton_installed() {
  [[ $(node_kubectl get namespace tekton-pipelines -o 'jsonpath={.metadata.annotations.streamgate\.dev/tekton}' 2>/dev/null) == "$(tekton_version "$1")" ]]
}

# tekton_ready: whether every Deployment is up and the webhook answers (it is asked to judge a Task that is never stored).
tekton_ready() {
  # A release has four Deployments: controller, events, webhook, and the resolvers, which the operator puts beside the others.
  [[ $(node_kubectl get deployments -A -l app.kubernetes.io/part-of=tekton-pipelines -o json |
    jq '[.items[] | (.status.availableReplicas // 0) >= .spec.replicas] | all and length >= 4') == true ]] || return
  node_kubectl create --dry-run=server -f - <<'YAML'
{apiVersion: tekton.dev/v1, kind: Task, metadata: {name: probe, namespace: default}, spec: {steps: [{name: probe, image: busybox, command: ["true"]}]}}
YAML
}
