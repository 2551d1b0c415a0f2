# shellcheck shell=bash
# Serving the published pages on loopback. Needs log.sh, proc.sh, hub.sh and node.sh.

# site_serve PORT: fetches what was published and serves it until scripts/cluster down (or the machine) ends it.
site_serve() {
  local folder=$ROOT/build/site
  mkdir -p "$ROOT/build/logs"
  [[ -d $folder/pages/.git ]] || git init -q "$folder/pages"
  if ! git -C "$folder/pages" fetch -q --depth 1 "$(git_server_url results.git)" gh-pages 2>>"$ROOT/build/logs/site.log"; then
    log_info "nothing was published: no page to serve"
    return 0
  fi
  git -C "$folder/pages" reset -q --hard FETCH_HEAD
  proc_start "$folder" "page-$1" none host busybox httpd -f -p "127.0.0.1:$1" -h "$folder/pages"
  wait_until 10 "the page" "$folder/logs/page-$1.log" curl -fsS -o /dev/null "http://127.0.0.1:$1/"
  log_step "page: http://127.0.0.1:$1/"
}
