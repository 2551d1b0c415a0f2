// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/process.hpp"
#include "support/test_folder.hpp"

#include <gtest/gtest.h>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// Programs that tests run: git repositories, fakes on PATH, and the real tools that scripts/test provides.
namespace streamgate::test {

// Sets environment variables for the life of a test.
class Environment {
public:
  Environment() = default;
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment()
  {
    for (const auto& [name, value] : m_old) {
      if (value.empty()) ::unsetenv(name.c_str());
      else ::setenv(name.c_str(), value.c_str(), 1);
    }
  }
  void set(const std::string& name, const std::string& value)
  {
    const char* old = std::getenv(name.c_str());
    m_old.emplace(name, old == nullptr ? "" : old);
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  void prepend_path(const std::string& folders) { set("PATH", folders + ":" + std::getenv("PATH")); }

private:
  std::map<std::string, std::string> m_old;
};

// Write a shell script as `bin/<name>` of the folder and return the bin folder.
inline std::string fake_program(const TestFolder& folder, const std::string& name, std::string_view script)
{
  const auto path = folder.write("bin/" + name, "#!/bin/sh\n" + std::string(script) + "\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all | std::filesystem::perms::others_exec);
  return path.parent_path().string();
}

// Put the tools of STREAMGATE_TOOLS_BIN first on PATH and fail the test when one of `names` is in none of PATH's
// folders.
inline bool real_tools(Environment& environment, const std::vector<std::string>& names)
{
  if (const char* folders = std::getenv("STREAMGATE_TOOLS_BIN"); folders != nullptr) environment.prepend_path(folders);
  for (const auto& name : names) {
    std::string_view path = std::getenv("PATH");
    bool found = false;
    while (!path.empty() && !found) {
      const auto end = std::min(path.find(':'), path.size());
      found = std::filesystem::exists(std::filesystem::path(path.substr(0, end)) / name);
      path.remove_prefix(std::min(end + 1, path.size()));
    }
    if (found) continue;
    ADD_FAILURE() << name << " is not on PATH: set STREAMGATE_TOOLS_BIN to the folder that has it";
    return false;
  }
  return true;
}

// Run a command in a folder and return its stdout; a failure fails the test.
inline std::string must_run(const std::vector<std::string>& argv, const std::filesystem::path& folder = {})
{
  const Cancel cancel;
  process::Command command;
  command.argv = argv;
  command.folder = folder;
  auto out = process::output(command, cancel);
  if (!out) ADD_FAILURE() << out.error().text();
  auto text = out.value_or("");
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// Return true when the process, which need not be our child, ends within ten seconds: a signal takes its time.
inline bool ends(const std::string& pid)
{
  const auto fd = static_cast<int>(::syscall(SYS_pidfd_open, std::stoi(pid), 0));
  if (fd < 0) return errno == ESRCH;
  pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
  const bool ended = ::poll(&wait, 1, 10'000) == 1;
  ::close(fd);
  return ended;
}

// A git repository of a test.
class Repository {
public:
  explicit Repository(std::filesystem::path path) : m_path(std::move(path))
  {
    std::filesystem::create_directories(m_path);
    git({"init", "-q", "-b", "main"});
    git({"config", "user.name", "Test"});
    git({"config", "user.email", "test@example.com"});
    git({"config", "commit.gpgsign", "false"});
  }
  const std::filesystem::path& path() const { return m_path; }
  std::string url() const { return "file://" + m_path.string(); }
  std::string git(std::vector<std::string> arguments) const
  {
    arguments.insert(arguments.begin(), {"git", "-C", m_path.string()});
    return must_run(arguments);
  }
  // Commit all that is in the folder and return the commit.
  std::string commit(const std::string& message = "change") const
  {
    git({"add", "-A"});
    git({"commit", "-q", "--allow-empty", "-m", message});
    return git({"rev-parse", "HEAD"});
  }

private:
  std::filesystem::path m_path;
};

} // namespace streamgate::test
