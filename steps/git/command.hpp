// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "git/access.hpp"
#include "git/location.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

// git itself, for what libgit2 1.5 cannot: shallow and partial fetches, and pushes to a path with its hooks and locks.
namespace streamgate::git {

struct GitCommand {
  std::filesystem::path folder;               // -C
  std::vector<std::string> arguments;         // behind "git -C folder"
  std::size_t limit = std::size_t{16} << 20U; // bytes of stdout
};

// Run git on a server and return its stdout. Configuration of the user and the system, prompts and helper transports
// are off; the login goes by the environment, not by the command line. Errors: as `list_refs`, by git's own words; io.
Result<std::string> run_git(const GitCommand& command, const Location& location, const Access& access,
                            const Cancel& cancel);

// The same without a server: git can reach none. Errors: io, timeout, cancelled.
Result<std::string> run_git_offline(const GitCommand& command, const Access& access, const Cancel& cancel);

} // namespace streamgate::git
