# shellcheck shell=bash
# Things that are built once and kept: tools, images, release manifests. Each lies in a folder named for a hash of all that went in.
# Needs log.sh and ROOT (the checkout).

cache_root() { printf '%s\n' "${STREAMGATE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/streamgate}"; }

# cache_make FOLDER COMMAND...: unless FOLDER is there, runs `COMMAND... STAGING` and moves STAGING in its place whole.
# Two who ask at once get one build: the second waits for the first.
cache_make() {
  local folder=$1
  shift
  [[ -d $folder ]] && return
  mkdir -p "${folder%/*}"
  (
    flock 8
    [[ -d $folder ]] && exit
    rm -rf "$folder.staging"
    mkdir "$folder.staging"
    "$@" "$folder.staging"
    mv "$folder.staging" "$folder"
  ) 8>"$folder.lock"
}

# cache_hash: twelve hexadecimal digits that stand for stdin.
cache_hash() { sha256sum | cut -c1-12; }

# tool_ldflags GROUP: what the linker is told for a group of tools.
tool_ldflags() {
  local version major minor package
  printf -- '-s -w'
  case $1 in
    kubernetes)
      # Tekton and OLM refuse a server that does not tell a version which is recent enough.
      version=$(tool_version kubernetes k8s.io/kubernetes)
      IFS=. read -r major minor _ <<<"${version#v}"
      for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
        printf -- ' -X %s.gitVersion=%s -X %s.gitMajor=%s -X %s.gitMinor=%s -X %s.gitTreeState=clean' \
          "$package" "$version" "$package" "$major" "$package" "$minor" "$package"
      done
      ;;
    olm)
      version=$(tool_version olm github.com/operator-framework/operator-lifecycle-manager)
      printf -- ' -X github.com/operator-framework/operator-lifecycle-manager/pkg/version.OLMVersion=%s' "${version#v}"
      ;;
  esac
}

# tool_tags GROUP: the build tags that a group of tools needs.
tool_tags() { if [[ $1 == gitea ]]; then printf 'sqlite,sqlite_unlock_notify'; fi; }

# tool_version GROUP MODULE: the version of MODULE that tools/GROUP pins.
tool_version() { awk -v module="$2" '$1 == module && $2 ~ /^v/ { print $2; exit } $1 == "require" && $2 == module { print $3; exit }' "$ROOT/tools/$1/go.mod"; }

# tool_source GROUP MODULE: the folder of MODULE's sources (read in place, never changed).
# Downloads it when only what was built of it is cached.
tool_source() { (cd "$ROOT/tools/$1" && GOTOOLCHAIN=local go mod download -json "$2" | jq -r .Dir); }

# tool_hash GROUP: changes whenever a build of the group would give something else.
tool_hash() {
  {
    cat "$ROOT/tools/$1/go.mod" "$ROOT/tools/$1/go.sum"
    go version
    tool_ldflags "$1"
    tool_tags "$1"
  } | cache_hash
}

tool_compile() { # GROUP STAGING
  cd "$ROOT/tools/$1" || return
  # These two run on this host only and may use libc; everything else is static, so that it runs in any image.
  [[ $1 == kubernetes || $1 == gitea ]] || export CGO_ENABLED=0
  GOTOOLCHAIN=local GOFLAGS=-buildvcs=false go build -trimpath -ldflags "$(tool_ldflags "$1")" -tags "$(tool_tags "$1")" -o "$2/" tool || return
  # Gitea reads these at run time.
  [[ $1 != gitea ]] || cp -r --no-preserve=mode "$(tool_source gitea code.gitea.io/gitea)"/{templates,options} "$2/"
}

tool_build() { # GROUP STAGING
  log_run "building tools/$1" "$(cache_root)/logs/tools-$1.log" tool_compile "$1" "$2"
}

# tool_dir GROUP: prints the folder with the group's executables; builds them first if need be.
tool_dir() {
  local folder
  folder=$(cache_root)/tools/$1-$(tool_hash "$1")
  cache_make "$folder" tool_build "$1"
  printf '%s\n' "$folder"
}
