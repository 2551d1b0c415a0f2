# shellcheck shell=bash
# A git server: smart HTTP, fetch and push for anybody who reaches the bridge. It serves the bare repositories of STATE/git.
# Under /modules it is a GOPROXY that has what this machine's module cache has. Needs log.sh, proc.sh, net.sh and node.sh (state_root).

readonly GIT_SERVER_PORT=3000

git_server_dir() { printf '%s/git-server\n' "$(state_root)"; }
git_server_repositories() { printf '%s/git\n' "$(state_root)"; }
git_server_modules() { printf 'http://%s:%d/modules\n' "$NET_HOST_IP" "$GIT_SERVER_PORT"; }
git_server_url() { printf 'http://%s:%d/%s\n' "$NET_HOST_IP" "$GIT_SERVER_PORT" "$1"; } # REPOSITORY

git_server_config() {
  cat <<CONF
server.modules = ("mod_alias", "mod_cgi", "mod_setenv", "mod_accesslog")
server.document-root = "$(git_server_repositories)"
server.bind = "$NET_HOST_IP"
server.port = $GIT_SERVER_PORT
server.errorlog = "$(git_server_dir)/logs/errors.log"
server.upload-dirs = ("$(git_server_dir)/upload")
accesslog.filename = "$(git_server_dir)/logs/access.log"
\$SERVER["socket"] == "127.0.0.1:$GIT_SERVER_PORT" { }
\$HTTP["url"] =~ "^/modules/" {
  alias.url = ("/modules/" => "$(go env GOMODCACHE)/cache/download/")
} else {
  alias.url = ("/" => "$(git --exec-path)/git-http-backend/")
  setenv.set-environment = ("GIT_PROJECT_ROOT" => "$(git_server_repositories)", "GIT_HTTP_EXPORT_ALL" => "1", "REMOTE_USER" => "anonymous")
  cgi.assign = ("" => "")
}
CONF
}

git_server_ready() { curl -fsS --max-time 2 -o /dev/null "$(git_server_url probe.git)/info/refs?service=git-upload-pack"; }

# git_server_up: starts it unless it runs.
git_server_up() {
  local folder
  folder=$(git_server_dir)
  mkdir -p "$folder"/{logs,run,upload} "$(git_server_repositories)"
  git_server_create probe.git
  git_server_config >"$folder/lighttpd.conf.new"
  cmp -s "$folder/lighttpd.conf.new" "$folder/lighttpd.conf" || proc_stop "$folder" git
  mv "$folder/lighttpd.conf.new" "$folder/lighttpd.conf"
  proc_start "$folder" git none host lighttpd -D -f "$folder/lighttpd.conf"
  wait_until 10 "git server" "$folder/logs/git.log" git_server_ready
}

git_server_down() {
  if [[ -d $(git_server_dir) ]]; then proc_stop "$(git_server_dir)" git; fi
  rm -rf "$(git_server_dir)" "$(git_server_repositories)"
}

# git_server_create REPOSITORY: makes an empty bare repository unless it is there.
git_server_create() {
  local repository
  repository=$(git_server_repositories)/$1
  [[ ! -e $repository/HEAD ]] || return 0
  git init -q --bare --initial-branch=main "$repository"
  git -C "$repository" config http.receivepack true
  git -C "$repository" config uploadpack.allowFilter true
  git -C "$repository" config uploadpack.allowAnySHA1InWant true
}

# git_server_push FOLDER REPOSITORY [REFSPEC...]: pushes a local repository's refs (default: all branches and tags) into a served one.
git_server_push() {
  local from=$1 repository=$2
  shift 2
  (($#)) || set -- 'refs/heads/*:refs/heads/*' 'refs/tags/*:refs/tags/*'
  git_server_create "$repository"
  git -C "$from" push -q --force "$(git_server_repositories)/$repository" "$@"
}
