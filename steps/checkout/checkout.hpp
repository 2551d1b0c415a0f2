// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "base/time.hpp"

#include <filesystem>
#include <string>
#include <string_view>

// A source tree at one commit, by git itself: libgit2 has no shallow clone.
namespace streamgate::checkout {

// What to check out and where to.
struct Request {
  std::string repository;       // URL (http, https, ssh, git, file) or path, without credentials
  std::string commit;           // 40 hex digits
  std::string ref;              // full name that held the commit when it was resolved; "" when unknown
  std::filesystem::path folder; // made when absent; must be empty
  // Holds a token, or user:password, for http(s). A folder stands for its file `token`, which may be absent; "" for
  // none.
  std::filesystem::path token_file;
  Duration timeout = std::chrono::minutes(15); // for each git call
};

// Fetch as little as the server allows and check the commit out, detached. Afterwards HEAD is the commit, verified.
// Errors: bad_input (a commit, ref or URL of the wrong form), not_found (no such repository, or no such commit in it),
// unauthorized, unavailable, timeout, cancelled, io.
Status checkout(const Request& request, const Cancel& cancel);

// Return the error that git's message on stderr tells of, with a hint. `what` says what was being done.
Error git_error(std::string_view message, const std::string& what);

} // namespace streamgate::checkout
