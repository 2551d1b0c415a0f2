// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace streamgate::oci {

// An image's name as registries know it. Always with a registry: no name is completed in secret.
struct Reference {
  std::string registry;   // host[:port]
  std::string repository; // path below the registry
  std::string tag;        // "" for none
  std::string digest;     // sha256:<64 hex>, "" for none

  // registry/repository
  std::string name() const { return registry + "/" + repository; }
  // The whole: name[:tag][@digest]
  std::string text() const;
  // What a manifest is asked for by: the digest, else the tag, else "latest".
  std::string target() const;
  // The same image by digest alone.
  Reference with_digest(std::string new_digest) const;
};

// Parse host[:port]/path[:tag][@digest], strictly. Error: bad_input that says which part is wrong.
Result<Reference> parse_reference(std::string_view text);

// Return true for sha256:<64 lower-case hex digits> and sha512:<128>.
bool is_digest(std::string_view text);

} // namespace streamgate::oci
