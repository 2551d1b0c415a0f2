// SPDX-License-Identifier: Apache-2.0
#include "git/test_support.hpp"

#include "base/process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include <arpa/inet.h>
#include <netinet/in.h>

extern char** environ;

namespace streamgate::git::test {
namespace {

constexpr const char* k_lighttpd = "/usr/sbin/lighttpd";

sockaddr_in loopback(int port)
{
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(static_cast<std::uint16_t>(port));
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return out;
}

int listen_somewhere(int& port)
{
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(fd, 8), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port = ntohs(address.sin_port);
  return fd;
}

// Wait until something listens on `port`; false after `seconds`.
bool reachable(int port, int seconds)
{
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool good = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    if (good) return true;
    ::poll(nullptr, 0, 10);
  }
  return false;
}

} // namespace

std::string run(const std::filesystem::path& folder, const std::vector<std::string>& argv)
{
  process::Command command;
  command.argv = argv;
  command.folder = folder;
  command.environment = {{"GIT_CONFIG_NOSYSTEM", "1"},
                         {"GIT_CONFIG_GLOBAL", "/dev/null"},
                         {"GIT_AUTHOR_NAME", "A"},
                         {"GIT_AUTHOR_EMAIL", "a@example.com"},
                         {"GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z"},
                         {"GIT_COMMITTER_NAME", "A"},
                         {"GIT_COMMITTER_EMAIL", "a@example.com"},
                         {"GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z"}};
  command.timeout = std::chrono::seconds(60);
  const Cancel cancel;
  auto out = process::output(command, cancel);
  EXPECT_TRUE(out) << process::to_line(argv) << ": " << (out ? "" : out.error().text());
  if (!out) return "";
  while (out->ends_with('\n')) out->pop_back();
  return *out;
}

Upstream::Upstream(const std::filesystem::path& folder, const std::string& name)
    : m_bare(folder / (name + ".git")), m_clone(folder / (name + ".clone"))
{
  std::filesystem::create_directories(m_bare);
  run(m_bare, {"git", "init", "--quiet", "--bare", "--initial-branch=main"});
  for (const char* setting : {"uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant", "http.receivepack"}) {
    bare_git({"config", setting, "true"});
  }
  run(folder, {"git", "init", "--quiet", "--initial-branch=main", m_clone.string()});
}

std::string Upstream::commit(const std::string& content)
{
  std::ofstream(m_clone / "file") << content << ++m_commits;
  git({"add", "file"});
  git({"commit", "--quiet", "--message", content});
  return git({"rev-parse", "HEAD"});
}

std::string Upstream::git(const std::vector<std::string>& arguments) const
{
  std::vector<std::string> argv{"git"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return run(m_clone, argv);
}

void Upstream::push(const std::string& what, const std::string& ref) const
{
  git({"push", "--quiet", "--force", m_bare.string(), what + ":" + ref});
}

std::string Upstream::bare_git(const std::vector<std::string>& arguments) const
{
  std::vector<std::string> argv{"git"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return run(m_bare, argv);
}

void Upstream::hook(const std::string& name, const std::string& script) const
{
  const auto path = m_bare / "hooks" / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << script;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

bool HttpServer::available()
{
  return std::filesystem::exists(k_lighttpd);
}

HttpServer::HttpServer(const std::filesystem::path& root, const streamgate::test::TestFolder& folder,
                       const std::string& user, const std::string& password)
{
  ::close(listen_somewhere(m_port));
  const std::string exec = run(root, {"git", "--exec-path"});
  std::string config =
      fmt::format(R"(server.modules = ("mod_alias", "mod_auth", "mod_authn_file", "mod_setenv", "mod_cgi")
server.document-root = "{0}"
server.bind = "127.0.0.1"
server.port = {1}
server.errorlog = "{2}/http-error.log"
server.upload-dirs = ("{2}")
alias.url = ("/" => "{3}/git-http-backend/")
setenv.set-environment = ("GIT_PROJECT_ROOT" => "{0}", "GIT_HTTP_EXPORT_ALL" => "1", "REMOTE_USER" => "test")
cgi.assign = ("" => "")
)",
                  root.string(), m_port, folder.path().string(), exec);
  if (!password.empty()) {
    folder.write("htpasswd", user + ":" + password + "\n");
    config += fmt::format(R"(auth.backend = "plain"
auth.backend.plain.userfile = "{}/htpasswd"
auth.require = ("/" => ("method" => "basic", "realm" => "git", "require" => "valid-user"))
)",
                          folder.path().string());
  }
  const std::string file = folder.write("lighttpd.conf", config).string();
  std::vector<std::string> argv{k_lighttpd, "-D", "-f", file};
  std::vector<char*> raw;
  for (auto& argument : argv) raw.push_back(argument.data());
  raw.push_back(nullptr);
  EXPECT_EQ(::posix_spawn(&m_pid, k_lighttpd, nullptr, nullptr, raw.data(), environ), 0);
  EXPECT_TRUE(reachable(m_port, 20)) << "lighttpd does not start; see " << folder.path() << "/http-error.log";
}

HttpServer::~HttpServer()
{
  if (m_pid <= 0) return;
  ::kill(m_pid, SIGTERM);
  ::waitpid(m_pid, nullptr, 0);
}

std::string HttpServer::url(const std::string& path) const
{
  return fmt::format("http://127.0.0.1:{}/{}", m_port, path);
}

SilentServer::SilentServer()
{
  m_fd = listen_somewhere(m_port);
}

SilentServer::~SilentServer()
{
  ::close(m_fd);
}

int closed_port()
{
  int port = 0;
  ::close(listen_somewhere(port));
  return port;
}

} // namespace streamgate::git::test
