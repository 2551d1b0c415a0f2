# shellcheck shell=bash
# Serving the published pages on loopback. Needs log.sh, proc.sh, git-server.sh and node.sh (state_root).

site_dir() { printf '%s/site\n' "$(state_root)"; }

# site_ready PORT: whether it is our server that answers, with our page: the port may be another's.
site_ready() {
  proc_running "$(site_dir)" "page-$1" && curl -fsS --max-time 2 "http://127.0.0.1:$1/" 2>/dev/null | cmp -s - "$(site_dir)/pages/index.html"
}

# site_serve PORT: fetches what was published on the local git server and serves it until scripts/cluster down (or the machine) ends it.
# What keeps it from that is said, and no failure.
site_serve() {
  local folder deadline=$((SECONDS + 10))
  folder=$(site_dir)
  mkdir -p "$folder/logs"
  [[ -d $folder/pages/.git ]] || git init -q "$folder/pages"
  if ! git -C "$folder/pages" fetch -q --depth 1 "$(git_server_url results.git)" gh-pages 2>>"$folder/logs/fetch.log"; then
    log_info "nothing was published: no page to serve"
    return 0
  fi
  git -C "$folder/pages" reset -q --hard FETCH_HEAD
  proc_start "$folder" "page-$1" none host busybox httpd -f -p "127.0.0.1:$1" -h "$folder/pages"
  until site_ready "$1"; do
    if ! proc_running "$folder" "page-$1" || ((SECONDS >= deadline)); then
      log_info "the page cannot be served on port $1 (--port names another): $(log_reason "$folder/logs/page-$1.log")"
      proc_stop "$folder" "page-$1"
      return 0
    fi
    sleep 0.1
  done
  log_step "page: http://127.0.0.1:$1/"
}

# site_down: ends the servers and forgets the pages.
site_down() {
  local name
  for name in $(proc_names "$(site_dir)"); do proc_stop "$(site_dir)" "$name"; done
  rm -rf "$(site_dir)"
}
