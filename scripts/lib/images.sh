# shellcheck shell=bash
# The images that the clusters themselves need, kept as the data folder of a registry: starting a cluster means linking that folder.
# A bundle is one such folder (registry/) with what belongs to it. Needs log.sh, cache.sh and oci.sh.

# What stands in a bundle's manifests where a cluster's registry belongs.
# shellcheck disable=SC2034
readonly IMAGES_REGISTRY=registry.of.this.cluster:5000

images_base_dir() { printf '%s/bundles/base-%s\n' "$(cache_root)" \
  "$({ declare -f oci_image images_rootfs_busybox images_debian images_base_make images_base_push && cat "$ROOT/scripts/lib/pause.c"; } | cache_hash)"; }

# registry_config FOLDER ADDRESS: prints the configuration of a registry that keeps its data in FOLDER.
registry_config() {
  cat <<YAML
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: "$1"}, delete: {enabled: true}}
http: {addr: "$2"}
YAML
}

# registry_link FROM TO: copies a registry's data. What is named by its content is linked, for it never changes in place.
registry_link() {
  local from=$1/docker/registry/v2 to=$2/docker/registry/v2
  mkdir -p "$to"
  cp -al "$from/blobs" "$to/" 2>/dev/null || cp -a "$from/blobs" "$to/"
  cp -a "$from/repositories" "$to/"
}

# registry_serve FOLDER COMMAND...: runs COMMAND REGISTRY while a registry on FOLDER listens at REGISTRY (loopback only).
registry_serve() (
  folder=$1
  shift
  address=127.0.0.1:$((20000 + RANDOM % 12000))
  mkdir -p "$folder"
  registry_config "$folder" "$address" >"$folder.yml"
  docker-registry serve "$folder.yml" >"$folder.log" 2>&1 8>&- 9>&- &
  # shellcheck disable=SC2064
  trap "kill $!; rm -f '$folder.yml' '$folder.log'" EXIT
  wait_until 10 "registry on $folder" "$folder.log" curl -fsS "http://$address/v2/"
  "$@" "$address"
)

images_rootfs_busybox() { # FOLDER
  local name
  mkdir -p "$1"/{bin,etc/ssl/certs,root,usr/bin,var}
  mkdir -m 1777 "$1/tmp" "$1/var/tmp"
  cp /bin/busybox "$1/bin/busybox"
  for name in $("$1/bin/busybox" --list); do [[ $name == busybox ]] || ln -s busybox "$1/bin/$name"; done
  ln -s ../../bin/env "$1/usr/bin/env"
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\nnonroot:x:65532:65532:nonroot:/tmp:/bin/sh\n' >"$1/etc/passwd"
  printf 'root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n' >"$1/etc/group"
  cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
}

images_rootfs_pause() { # FOLDER
  mkdir -p "$1"
  gcc -Os -static -s -o "$1/pause" "$ROOT/scripts/lib/pause.c"
}

images_debian() { # TAR
  # shellcheck disable=SC1091,SC2016
  SOURCE_DATE_EPOCH=0 mmdebstrap --quiet --variant=essential --include=git,tini,ca-certificates \
    --customize-hook='ln -s ../bin/tini "$1/usr/sbin/tini"' --customize-hook='rm -rf "$1"/usr/share/{doc,man,locale}/*' \
    "$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")" "$1"
}

images_base_make() { # STAGING
  local work=$1/work path='PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  mkdir "$work"
  images_rootfs_busybox "$work/busybox"
  images_rootfs_pause "$work/pause"
  oci_tar "$work/busybox" "$work/busybox.tar"
  oci_tar "$work/pause" "$work/pause.tar"
  images_debian "$work/debian.tar"
  oci_image "$work/busybox.oci" "$work/busybox.tar" "{\"Env\": [\"$path\"], \"Cmd\": [\"sh\"]}"
  oci_image "$work/static.oci" "$work/busybox.tar" "{\"Env\": [\"$path\", \"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\"]}"
  oci_image "$work/pause.oci" "$work/pause.tar" '{"Entrypoint": ["/pause"]}'
  oci_image "$work/debian.oci" "$work/debian.tar" "{\"Env\": [\"$path\"], \"Cmd\": [\"bash\"]}"
  registry_serve "$1/registry" images_base_push "$work"
  rm -rf "$work"
}

images_base_push() { # WORK REGISTRY
  oci_push "$1/pause.oci" "$2" pause:1
  oci_push "$1/static.oci" "$2" base/static:latest
  # Under the names by which people and upstream's tests ask for a small image; containerd's mirrors lead them here.
  oci_push "$1/busybox.oci" "$2" {,library/}{busybox,alpine}:latest
  oci_push "$1/debian.oci" "$2" base/git:latest {,library/}{bash,ubuntu,debian}:latest
}

images_base_build() { log_run "building the base images" "$(cache_root)/logs/images-base.log" images_base_make "$1"; }

# images_base: makes the bundle of base images unless it is there; prints its folder.
images_base() {
  local folder
  folder=$(images_base_dir)
  cache_make "$folder" images_base_build
  printf '%s\n' "$folder"
}
