// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "oci/reference.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace streamgate::oci {

struct Credentials {
  std::string username;
  std::string password;
  std::string identity_token; // given to the token server in place of a password
};

// The credentials of a docker config.json, by registry or by registry/path. Never printed.
class Auth {
public:
  Auth() = default;

  // Read a file; the values are remembered by the redactor. Errors: not_found, bad_input with the entry's name.
  static Result<Auth> load(const std::filesystem::path& file);
  // Where the file is when none is named: $REGISTRY_AUTH_FILE, $DOCKER_CONFIG/config.json, ~/.docker/config.json; empty
  // when there is none.
  static std::filesystem::path find_file();

  // Return the credentials of the longest entry that holds the reference's repository, or nothing.
  std::optional<Credentials> of(const Reference& reference) const;

private:
  std::map<std::string, Credentials> m_entries; // "host[:port]" or "host[:port]/path"
};

} // namespace streamgate::oci
