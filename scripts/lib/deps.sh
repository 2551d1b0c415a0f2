# shellcheck shell=bash
# What must be installed on the machine. Debian packages are installed when they are missing; a Go toolchain must be there.

# The command that proves a package is there, and the package.
readonly DEPS='
containerd:containerd
runc:runc
/usr/lib/cni/ptp:containernetworking-plugins
iptables:iptables
conntrack:conntrack
docker-registry:docker-registry
skopeo:skopeo
buildah:buildah
/bin/busybox:busybox-static
mmdebstrap:mmdebstrap
etcd:etcd-server
lighttpd:lighttpd
git:git
jq:jq
openssl:openssl
gcc:gcc
/usr/lib/x86_64-linux-gnu/libc.a:libc6-dev
ip:iproute2
nsenter:util-linux
curl:curl
sysctl:procps
/etc/ssl/certs/ca-certificates.crt:ca-certificates
'

deps_missing() {
  local line
  for line in $DEPS; do
    command -v "${line%%:*}" >/dev/null || [[ -e ${line%%:*} ]] || printf '%s\n' "${line##*:}"
  done
}

deps_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  apt-get install -y --no-install-recommends "$@"
  # Debian starts the daemons of some of these packages; the clusters run their own.
  if [[ -d /run/systemd/system ]]; then
    local package
    for package in "$@"; do
      case $package in lighttpd | docker-registry | etcd-server) systemctl disable --now "${package%-server}" ;; esac
    done
  fi
}

# deps_need COMMAND...: ends the script when one of them is missing, before anything is done.
deps_need() {
  local name
  local -a missing=()
  for name; do command -v "$name" >/dev/null || missing+=("$name"); done
  ((${#missing[@]} == 0)) || die "not installed: ${missing[*]}"
}

# deps_engine: prints the first container engine that is there.
deps_engine() {
  local name
  for name in buildah podman docker; do
    if command -v "$name" >/dev/null; then printf '%s\n' "$name" && return; fi
  done
  die "neither buildah, podman nor docker is there: install one of them"
}

# deps_ensure: installs what is missing, or says what a person has to install.
deps_ensure() {
  command -v go >/dev/null || die "no Go toolchain: install Go $(awk '$1 == "go" { print $2 }' "$ROOT/tools/kubernetes/go.mod") or newer and put it into PATH"
  local -a missing
  mapfile -t missing < <(deps_missing)
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || die "missing: ${missing[*]} (and there is no apt-get to install them with)"
  log_run "installing ${missing[*]}" "$(cache_root)/logs/apt.log" deps_install "${missing[@]}"
}
