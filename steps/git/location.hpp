// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace streamgate::git {

enum class Transport { http, ssh, file };

// Where a repository is. `url` holds no secret and goes into records; the password that a user wrote into the URL is
// kept beside it and known to the redactor.
struct Location {
  std::string url;
  Transport transport = Transport::http;
  std::string user;     // from the URL, or ""
  std::string password; // from the URL, or ""
};

// Take http(s)://, ssh://, user@host:path, file:// and absolute paths. Error: bad_input.
Result<Location> parse_location(std::string_view text);

} // namespace streamgate::git
