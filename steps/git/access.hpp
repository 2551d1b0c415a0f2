// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cli.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "git/location.hpp"

#include <string>

namespace streamgate::git {

// How repositories are reached. The secret itself is read from its file by `load` and known to the redactor from then
// on.
struct Access {
  std::string token_file;                     // --git-token-file
  std::string user;                           // --git-user
  std::string ssh_key;                        // --git-ssh-key
  std::string ca_file;                        // --git-ca-file
  Duration timeout = std::chrono::minutes(2); // --git-timeout
  std::string token = {};                     // what token_file holds

  void bind(Cli& cli);
  // Read the token; a folder without the file `token` gives none. Errors: not_found, io, bad_input (empty, or not one
  // line).
  Status load();
};

struct Login {
  std::string user;
  std::string password; // "" when there is none to offer
};

// Return what to offer an http(s) server: the URL's own login, else the token, which is never sent in clear but to a
// private host.
Login login_of(const Access& access, const Location& location);

} // namespace streamgate::git
