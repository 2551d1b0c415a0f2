// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "git/access.hpp"
#include "git/location.hpp"
#include "support/test_folder.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

// Real repositories and a real git server for tests.
namespace streamgate::git::test {

// Run a program in `folder` with fixed authors and no configuration of the user's; return its stdout without the last
// newline. Fails the test when it does not exit with 0.
std::string run(const std::filesystem::path& folder, const std::vector<std::string>& argv);

// A bare repository in a folder of its own, filled through a clone beside it.
class Upstream {
public:
  explicit Upstream(const std::filesystem::path& folder, const std::string& name = "upstream");

  const std::filesystem::path& bare() const { return m_bare; }
  std::string url() const { return "file://" + m_bare.string(); }
  // Commit a file with this content onto the checked out branch of the clone; return the commit.
  std::string commit(const std::string& content);
  // Run git in the clone.
  std::string git(const std::vector<std::string>& arguments) const;
  // Push a commit of the clone as a full ref name of the bare repository.
  void push(const std::string& what, const std::string& ref) const;
  void branch(const std::string& name) const { push("HEAD", "refs/heads/" + name); }
  // Run git in the bare repository.
  std::string bare_git(const std::vector<std::string>& arguments) const;
  // Write an executable hook of the bare repository.
  void hook(const std::string& name, const std::string& script) const;

private:
  std::filesystem::path m_bare;
  std::filesystem::path m_clone;
  int m_commits = 0;
};

// lighttpd with git-http-backend on a free port of the loopback; with a password when one is given.
class HttpServer {
public:
  HttpServer(const std::filesystem::path& root, const streamgate::test::TestFolder& folder,
             const std::string& user = "", const std::string& password = "");
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // False when there is no lighttpd on this machine.
  static bool available();
  std::string url(const std::string& path) const;

private:
  pid_t m_pid = -1;
  int m_port = 0;
};

// A listener on a free port of the loopback that takes connections and never answers.
class SilentServer {
public:
  SilentServer();
  ~SilentServer();
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  int port() const { return m_port; }

private:
  int m_fd = -1;
  int m_port = 0;
};

// Return a port of the loopback that nobody listens on.
int closed_port();

} // namespace streamgate::git::test
