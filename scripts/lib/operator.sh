# shellcheck shell=bash
# The Tekton operator on the target: one image of its executables and of the releases that it installs, run by OLM from a
# ClusterServiceVersion. It begins with an older release of Tekton Pipelines, so that a gate has something to swap.
# Needs log.sh, cache.sh, oci.sh, images.sh, tekton.sh, node.sh and olm.sh.

readonly OPERATOR_MODULE=github.com/tektoncd/operator
readonly OPERATOR_NAMESPACE=tekton-operator
readonly OPERATOR_SELECTOR='operator.tekton.dev/created-by=TektonPipeline,operator.tekton.dev/type=main'

operator_version() { tool_version operator "$OPERATOR_MODULE"; }
operator_csv_name() { printf 'tekton-operator.%s\n' "$(operator_version)"; }

operator_bundle_dir() {
  printf '%s/bundles/operator-%s-%s\n' "$(cache_root)" "$(operator_version)" \
    "$({ tekton_bundle_dir tekton-previous && tool_hash operator && declare -f operator_rootfs operator_bundle_make operator_push; } | cache_hash)"
}

# operator_rootfs FOLDER TOOLS PIPELINES: the image's files: executables, and the payload that the operator installs from.
operator_rootfs() {
  local source version component
  source=$(tool_source operator "$OPERATOR_MODULE")
  version=$(tekton_version tekton-previous)
  mkdir -p "$1/ko-app" "$1/payload/tekton-pipeline/${version#v}" "$1/etc/ssl/certs"
  mkdir -m 1777 "$1/tmp"
  cp "$2"/{operator,webhook,proxy-webhook} "$1/ko-app/"
  cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
  cp "$3/release.yaml" "$1/payload/tekton-pipeline/${version#v}/"
  mkdir "$1/payload/tekton-pruner"
  cp "$source"/config/pruner/*.yaml "$1/payload/tekton-pruner/"
  cp -r "$source/cmd/kubernetes/operator/kodata/webhook" "$source/cmd/kubernetes/webhook/kodata/validating-defaulting-webhook" "$1/payload/"
  # The operator asks for the version of each component that it knows, and ends if there is none.
  for component in tekton-trigger tekton-chains tekton-results tekton-dashboard/tekton-dashboard-{readonly,fullaccess}; do
    mkdir -p "$1/payload/$component/0.0.0"
  done
  chmod -R u+w,a+rX "$1"
}

operator_push() { # STAGING REGISTRY
  oci_push "$1/image/oci" "$2" "tekton-operator:$(operator_version)"
  curl -fsS -o /dev/null -D - -H 'Accept: application/vnd.oci.image.manifest.v1+json' "http://$2/v2/tekton-operator/manifests/$(operator_version)" |
    tr -d '\r' | awk 'tolower($1) == "docker-content-digest:" { print $2 }' >"$1/operator.digest"
  grep -q '^sha256:' "$1/operator.digest"
}

operator_bundle_make() { # TOOLS PIPELINES STAGING
  registry_link "$2/registry" "$3/registry"
  cp "$2/release.yaml" "$3/"
  operator_rootfs "$3/image/root" "$1" "$2"
  oci_tar "$3/image/root" "$3/image/root.tar"
  oci_image "$3/image/oci" "$3/image/root.tar" '{"Entrypoint": ["/ko-app/proxy-webhook"], "Env": ["PATH=/ko-app", "KO_DATA_PATH=/payload", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"]}'
  registry_serve "$3/registry" operator_push "$3"
  rm -rf "$3/image"
}

operator_bundle_build() { # STAGING
  local tools pipelines
  tools=$(tool_dir operator)
  pipelines=$(tekton_bundle tekton-previous)
  log_run "building the Tekton operator's image $(operator_version)" "$(cache_root)/logs/operator.log" operator_bundle_make "$tools" "$pipelines" "$1"
}

# operator_bundle: makes the bundle unless it is there; prints its folder.
operator_bundle() {
  local folder
  folder=$(operator_bundle_dir)
  cache_make "$folder" operator_bundle_build
  printf '%s\n' "$folder"
}

# operator_documents EXPRESSION: the YAML documents of stdin for which the awk EXPRESSION (with `kind`) holds.
operator_documents() {
  awk -v RS='(^|\n)---\n' '{ kind = ""; n = split($0, lines, "\n"); for (i = 1; i <= n; i++) if (lines[i] ~ /^kind: /) kind = substr(lines[i], 7) }
    '"$1"' { print "---\n" $0 }'
}

# operator_images: the operator's IMAGE_PIPELINES_* for the release, by its own rule: a container's name, or arg_ and a flag's name.
operator_images() {
  operator_documents 'kind == "Deployment"' <"$(operator_bundle_dir)/release.yaml" | sed "s|$IMAGES_REGISTRY|$NODE_REGISTRY|g" |
    node_kubectl create --dry-run=client --validate=false -o json -f - |
    jq -s 'def key: ascii_upcase | gsub("-"; "_");
      [.[].spec.template.spec.containers[]
        | {name: ("IMAGE_PIPELINES_" + (.name | key)), value: .image},
          (.args // [] | range(length - 1) as $i | select(.[$i] | test("^-.*-image$")) | {name: ("IMAGE_PIPELINES_ARG_" + (.[$i] | key)), value: .[$i + 1]})]
      | unique_by(.name)'
}

# operator_csv: prints the ClusterServiceVersion.
operator_csv() {
  local image images deployments
  image=$NODE_REGISTRY/tekton-operator@$(<"$(operator_bundle_dir)/operator.digest")
  images=$(operator_images)
  deployments=$(operator_documents 'kind == "Deployment"' <"$NODE_DIR/operator.yaml" | node_kubectl create --dry-run=client --validate=false -o json -f - | jq -s .)
  jq -n --arg name "$(operator_csv_name)" --arg namespace "$OPERATOR_NAMESPACE" --arg version "$(operator_version)" --arg image "$image" \
    --argjson images "$images" --argjson deployments "$deployments" '
    def command: {"tekton-operator-webhook": "/ko-app/webhook"}[.name] // "/ko-app/operator";
    def owned: [["TektonConfig", "tektonconfigs"], ["TektonPipeline", "tektonpipelines"], ["TektonInstallerSet", "tektoninstallersets"]]
      | map({kind: .[0], name: (.[1] + ".operator.tekton.dev"), version: "v1alpha1"});
    def container:
      # By digest and only if it is not there: a registry that is down must not stop the operator.
      .command = [command] | .image = $image | .imagePullPolicy = "IfNotPresent"
      # With its default of 5 requests a second the operator mostly waits for itself: the API server here has nobody else.
      | .env += [{name: "KUBE_API_QPS", value: "50"}, {name: "KUBE_API_BURST", value: "100"}]
      | if .name == "tekton-operator-lifecycle" then
          .args = ["-controllers", "tektonconfig,tektonpipeline", "-unique-process-name", "tekton-operator-lifecycle"]
          | .env = ([.env[] | select((.name | startswith("IMAGE_") | not) and .name != "AUTOINSTALL_COMPONENTS")]
              + [{name: "AUTOINSTALL_COMPONENTS", value: "false"}, {name: "IMAGE_PIPELINES_PROXY", value: $image}] + $images)
        else . end;
    {apiVersion: "operators.coreos.com/v1alpha1", kind: "ClusterServiceVersion", metadata: {name: $name, namespace: $namespace},
     spec: {displayName: "Tekton Operator", version: ($version | ltrimstr("v")), maturity: "stable", provider: {name: "tektoncd"},
       minKubeVersion: "1.28.0",
       installModes: [["OwnNamespace", false], ["SingleNamespace", false], ["MultiNamespace", false], ["AllNamespaces", true]]
         | map({type: .[0], supported: .[1]}),
       customresourcedefinitions: {owned: owned},
       relatedImages: ([{name: "tekton-operator", image: $image}] + [$images[] | {name: .name, image: .value}]),
       install: {strategy: "deployment", spec: {deployments: [$deployments[]
         | {name: .metadata.name, label: .metadata.labels, spec: (.spec | .template.spec.containers |= map(container))}]}}}}
    | del(.. | .creationTimestamp?)'
}

operator_apply() {
  local source
  source=$(tool_source operator "$OPERATOR_MODULE")
  "$NODE_BIN/kubectl" kustomize "$source/config/kubernetes/overlays/default" >"$NODE_DIR/operator.yaml"
  operator_documents 'kind != "Deployment"' <"$NODE_DIR/operator.yaml" | node_kubectl apply --server-side --force-conflicts -f -
  # For all namespaces, as on OpenShift: OLM then copies the ClusterServiceVersion into each of them.
  node_kubectl apply --server-side --force-conflicts -f - <<YAML
{apiVersion: operators.coreos.com/v1, kind: OperatorGroup, metadata: {name: global, namespace: $OPERATOR_NAMESPACE}, spec: {}}
YAML
  operator_csv >"$NODE_DIR/csv.json"
  node_kubectl apply --server-side --force-conflicts -f "$NODE_DIR/csv.json"
}

operator_csv_ready() { [[ $(node_kubectl -n "$OPERATOR_NAMESPACE" get csv "$(operator_csv_name)" -o 'jsonpath={.status.phase}') == Succeeded ]]; }

operator_config_apply() {
  node_kubectl apply --server-side --force-conflicts -f - <<'YAML'
apiVersion: operator.tekton.dev/v1alpha1
kind: TektonConfig
metadata: {name: config}
spec:
  profile: lite
  targetNamespace: tekton-pipelines
  pruner: {disabled: true}
  chain: {disabled: true}
  result: {disabled: true}
YAML
}

operator_config_ready() { [[ $(node_kubectl get tektonconfig config -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]; }

# operator_install: the operator, and what it installs, on the selected cluster.
operator_install() {
  local log
  log=$(node_log operator-install)
  if ! node_kubectl -n "$OPERATOR_NAMESPACE" get csv "$(operator_csv_name)" >/dev/null 2>&1; then
    log_run "$NODE: installing the Tekton operator $(operator_version)" "$log" operator_apply
  fi
  wait_until 180 "$NODE: ClusterServiceVersion Succeeded" "$(node_log olm)" operator_csv_ready
  # The operator's webhook judges this, and may not answer yet although its pod is ready.
  operator_config_exists || wait_until 60 "$NODE: TektonConfig accepted" "$log" operator_config_apply
  wait_until 240 "$NODE: TektonConfig Ready" "$log" operator_config_ready
  wait_until 180 "$NODE: Tekton Pipelines" "$log" tekton_ready
}

operator_config_exists() { node_kubectl get tektonconfig config >/dev/null 2>&1; }

# operator_image_wanted: the controller image that the pristine ClusterServiceVersion names.
operator_image_wanted() {
  jq -r '[.spec.install.spec.deployments[].spec.template.spec.containers[].env[]? | select(.name == "IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER").value][0]' "$NODE_DIR/csv.json"
}

operator_image_running() {
  [[ $(node_kubectl -n tekton-pipelines get deployment tekton-pipelines-controller -o 'jsonpath={.spec.template.spec.containers[0].image}') == "$(operator_image_wanted)" ]]
}

# operator_reset: makes the ClusterServiceVersion what operator_install made it, and has the operator install its payload anew.
operator_reset() {
  local log sets
  log=$(node_log operator-reset)
  log_run "$NODE: restoring the ClusterServiceVersion" "$log" operator_csv_replace
  wait_until 180 "$NODE: ClusterServiceVersion Succeeded" "$(node_log olm)" operator_csv_ready
  wait_until 60 "$NODE: Deployment follows the ClusterServiceVersion" "$(node_log olm)" operator_deployment_follows
  sets=$(node_kubectl get tektoninstallerset -l "$OPERATOR_SELECTOR" -o name)
  # The operator does not compare images: what it installed is made anew only when it is gone.
  [[ -z $sets ]] || log_run "$NODE: installing Tekton Pipelines anew" "$log" node_kubectl delete tektoninstallerset -l "$OPERATOR_SELECTOR" --timeout=120s
  wait_until 240 "$NODE: Tekton Pipelines of the payload" "$log" operator_image_running
  operator_install
}

operator_csv_replace() {
  node_kubectl -n "$OPERATOR_NAMESPACE" get csv "$(operator_csv_name)" -o json |
    jq --slurpfile pristine "$NODE_DIR/csv.json" '.spec = $pristine[0].spec' | node_kubectl replace -f -
}

operator_deployment_follows() {
  node_kubectl -n "$OPERATOR_NAMESPACE" rollout status deployment/tekton-operator --timeout=60s &&
    node_kubectl -n "$OPERATOR_NAMESPACE" get deployment tekton-operator -o json |
    jq -e --arg image "$(operator_image_wanted)" 'any(.spec.template.spec.containers[].env[]?; .name == "IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER" and .value == $image)'
}

cmd_reset() {
  [[ ${1:-} == target ]] || die "reset target"
  node_select target
  node_tools
  [[ -e $NODE_DIR/csv.json ]] || die "target is not up (scripts/cluster up target)"
  operator_reset
  log_step "target is as it was made"
}
