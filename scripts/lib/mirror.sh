# shellcheck shell=bash
# Copies of components' real repositories on the local git server: pods of the local clusters reach nothing beyond this machine.
# Needs log.sh, cache.sh, git-server.sh and ROOT.

mirror_name() { printf 'mirror-%s.git\n' "$1"; } # COMPONENT

# mirror_address COMPONENT: its repository, as config/components.yaml has it.
mirror_address() {
  awk -v wanted="$1:" '/^  [^ ]/ { name = $1 } name == wanted && $1 == "repository:" { print $2 }' "$ROOT/config/components.yaml"
}

# mirror_list COMPONENTS: name[:ref],... as lines "name ref".
mirror_list() { tr -d ' ' <<<"$1" | tr ',:' '\n '; }

# mirror_components COMPONENTS: copies the repositories of name[:ref],... and what these refs need.
mirror_components() {
  local line name ref address
  local -a lines
  mapfile -t lines < <(mirror_list "$1")
  for line in "${lines[@]}"; do
    read -r name ref <<<"$line"
    address=$(mirror_address "$name")
    [[ $address ]] || die "no component $name in config/components.yaml"
    mirror_repository "$address" "$(mirror_name "$name")" "$ref"
  done
}

mirror_git() { GIT_TERMINAL_PROMPT=0 git "$@"; }

mirror_repository() { # ADDRESS REPOSITORY REF
  local head log
  local -a refs=('+refs/heads/*:refs/heads/*' '+refs/tags/*:refs/tags/*')
  log=$(cache_root)/logs/mirror.log
  mkdir -p "${log%/*}"
  head=$(mirror_git ls-remote --symref "$1" HEAD 2>"$log") ||
    die "cannot reach $1 from this machine: $(log_reason "$log"); --upstream local needs no network"
  head=$(awk '$1 == "ref:" { print $2 }' <<<"$head")
  # Of the thousands of pull requests only the one that is asked for.
  [[ ! $3 =~ ^pr/([0-9]+)$ ]] || refs+=("+refs/pull/${BASH_REMATCH[1]}/head:refs/pull/${BASH_REMATCH[1]}/head")
  git_server_create "$2"
  log_run "copying $1 to the local git server" "$log" \
    mirror_git -C "$(git_server_repositories)/$2" fetch --prune --no-write-fetch-head "$1" "${refs[@]}"
  git -C "$(git_server_repositories)/$2" symbolic-ref HEAD "${head:-refs/heads/main}"
}

# mirror_defaults COMPONENTS: the copies as NAME=URL, one a line.
mirror_defaults() {
  local name out=''
  while read -r name _; do out+=${out:+$'\n'}$name=$(git_server_url "$(mirror_name "$name")"); done < <(mirror_list "$1")
  printf '%s\n' "$out"
}
