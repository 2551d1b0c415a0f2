# shellcheck shell=bash
# Small container images, made without a container engine: one layer from a tar archive, the same bytes every time.

# oci_blob LAYOUT FILE: moves FILE to where its content belongs; prints its digest and size as JSON.
oci_blob() {
  local sum size
  sum=$(sha256sum <"$2")
  sum=${sum%% *}
  size=$(stat -c %s "$2")
  mv "$2" "$1/blobs/sha256/$sum"
  printf '{"digest": "sha256:%s", "size": %d}' "$sum" "$size"
}

# oci_image LAYOUT TAR CONFIG: writes an OCI image layout of one layer; CONFIG is the image's `config` (Env, Cmd, User, ...) as JSON.
oci_image() {
  local layout=$1 tar=$2 config=$3 architecture diff layer image manifest
  architecture=$(dpkg --print-architecture)
  mkdir -p "$layout/blobs/sha256"
  diff=$(sha256sum <"$tar")
  gzip -n -1 <"$tar" >"$layout/layer"
  layer=$(oci_blob "$layout" "$layout/layer")
  jq -cn --argjson config "$config" --arg diff "sha256:${diff%% *}" --arg architecture "$architecture" \
    '{architecture: $architecture, os: "linux", created: "1970-01-01T00:00:00Z", config: $config, rootfs: {type: "layers", diff_ids: [$diff]}}' >"$layout/config"
  image=$(oci_blob "$layout" "$layout/config")
  jq -cn --argjson image "$image" --argjson layer "$layer" \
    '{schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: ($image + {mediaType: "application/vnd.oci.image.config.v1+json"}),
      layers: [$layer + {mediaType: "application/vnd.oci.image.layer.v1.tar+gzip"}]}' >"$layout/manifest"
  manifest=$(oci_blob "$layout" "$layout/manifest")
  jq -cn --argjson manifest "$manifest" \
    '{schemaVersion: 2, manifests: [$manifest + {mediaType: "application/vnd.oci.image.manifest.v1+json"}]}' >"$layout/index.json"
  printf '{"imageLayoutVersion": "1.0.0"}' >"$layout/oci-layout"
}

# oci_push LAYOUT REGISTRY NAME...: pushes an image under each NAME (repository:tag).
oci_push() {
  local layout=$1 registry=$2 name
  shift 2
  for name in "$@"; do skopeo --insecure-policy copy -q --dest-tls-verify=false "oci:$layout" "docker://$registry/$name"; done
}

# oci_tar FOLDER TAR: archives FOLDER as a root file system, all of it owned by root and of the same age.
oci_tar() { tar -C "$1" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$2" .; }
