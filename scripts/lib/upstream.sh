# shellcheck shell=bash
# The local upstream: a git repository of our own that stands for the component's where the real one cannot be reached. It is made from
# tests/fixtures/upstream, always with the same commit ids. Needs log.sh, cache.sh, git-server.sh.

readonly UPSTREAM_REPOSITORY=pipeline.git

upstream_dir() { printf '%s/tests/fixtures/upstream\n' "$ROOT"; }
upstream_hash() { (cd "$(upstream_dir)" && { find . -type f -print0 | sort -z | xargs -0 sha256sum && declare -f upstream_create upstream_commit upstream_git; } | cache_hash); }

# upstream_git ARGUMENT...: git without anything of the user's or the machine's configuration, so that ids are the same everywhere.
upstream_git() {
  GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_DIR=$UPSTREAM_STAGING GIT_INDEX_FILE=$UPSTREAM_STAGING/index.tmp \
    GIT_AUTHOR_NAME='Upstream Fixture' GIT_AUTHOR_EMAIL=upstream@example.invalid GIT_COMMITTER_NAME='Upstream Fixture' \
    GIT_COMMITTER_EMAIL=upstream@example.invalid GIT_AUTHOR_DATE="$UPSTREAM_DATE" GIT_COMMITTER_DATE="$UPSTREAM_DATE" git "$@"
}

# upstream_commit PARENT MESSAGE FOLDER...: commits the files of the FOLDERs laid over each other; prints the commit's id.
upstream_commit() {
  local parent=$1 message=$2 folder tree
  shift 2
  UPSTREAM_DATE=$(($(printf '%s' "${UPSTREAM_DATE% *}") + 86400))' +0000'
  rm -f "$UPSTREAM_STAGING/index.tmp"
  for folder; do upstream_git --work-tree="$(upstream_dir)/$folder" add --all --force --ignore-removal .; done
  tree=$(upstream_git write-tree)
  # shellcheck disable=SC2086
  UPSTREAM_COMMIT=$(upstream_git commit-tree "$tree" ${parent:+-p "$parent"} -m "$message")
}

# upstream_create STAGING: makes the bare repository in STAGING.
#   main              v1.7.0 (lightweight tag), then v1.9.2 (annotated tag)
#   misbehaves, crashes, does-not-compile   one commit on top of v1.9.2 each, with a controller of their own in cmd/controller
#   refs/pull/7/head  one commit on top of v1.9.2 that builds and works
upstream_create() {
  local UPSTREAM_STAGING=$1 UPSTREAM_DATE='1767225600 +0000' UPSTREAM_COMMIT='' version main branch
  for version in v1.7.0 v1.9.2; do
    upstream_commit "$UPSTREAM_COMMIT" "Require Tekton Pipelines $version" common "$version"
    main=$UPSTREAM_COMMIT
    if [[ $version == v1.7.0 ]]; then upstream_git tag "$version" "$main"; else upstream_git tag -a -m "Tekton Pipelines $version" "$version" "$main"; fi
  done
  upstream_git update-ref refs/heads/main "$main"
  for branch in misbehaves crashes does-not-compile; do
    upstream_commit "$main" "Bring a controller that $branch" common v1.9.2 "$branch"
    upstream_git update-ref "refs/heads/$branch" "$UPSTREAM_COMMIT"
  done
  upstream_commit "$main" 'Say how to propose a change' common v1.9.2 pull-7
  upstream_git update-ref refs/pull/7/head "$UPSTREAM_COMMIT"
  rm -f "$UPSTREAM_STAGING/index.tmp"
}

upstream_modules() {
  local version
  for version in v1.7.0 v1.9.2; do
    (
      copy=$(mktemp -d)
      trap 'rm -rf "$copy"' EXIT
      cp "$(upstream_dir)/$version"/go.* "$(upstream_dir)/common"/*.go "$copy/"
      cd "$copy" || exit
      # Whatever a build, or a test of upstream's, of this commit loads: fetched once, by the checksums of its go.sum.
      GOTOOLCHAIN=local GOFLAGS=-mod=mod go list -deps -test -tags e2e,conformance,examples "$TEKTON_MODULE/test" tool >/dev/null
      GOTOOLCHAIN=local GOFLAGS=-mod=mod go mod download "$TEKTON_MODULE"
    )
  done
}

# upstream_modules_ensure: fills the module cache of this machine, from which pods build without a network.
upstream_modules_ensure() {
  local stamp modules
  modules=$(go env GOMODCACHE)
  stamp=$(cache_root)/upstream-modules-$( (printf '%s' "$modules" && cat "$(upstream_dir)"/v*/go.sum) | cache_hash)
  if [[ -e $stamp && -e $modules/cache/download/$TEKTON_MODULE/@v/v1.9.2.zip ]]; then return; fi
  log_run "downloading the modules that builds of $UPSTREAM_REPOSITORY need" "$(cache_root)/logs/upstream.log" upstream_modules
  touch "$stamp"
}

# upstream_ensure: makes the served repository unless it is there and of these files.
upstream_ensure() {
  local repository hash
  repository=$(git_server_repositories)/$UPSTREAM_REPOSITORY
  hash=$(upstream_hash)
  upstream_modules_ensure
  [[ $(git -C "$repository" config streamgate.fixture 2>/dev/null) != "$hash" ]] || return 0
  rm -rf "$repository"
  git_server_create "$UPSTREAM_REPOSITORY"
  upstream_create "$repository"
  git -C "$repository" config streamgate.fixture "$hash"
}

cmd_upstream() {
  deps_ensure
  rm -rf "$(git_server_repositories)/${UPSTREAM_REPOSITORY:?}"
  upstream_ensure
  git_server_url "$UPSTREAM_REPOSITORY"
}
