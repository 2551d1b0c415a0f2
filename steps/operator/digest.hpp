// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"

#include <set>
#include <string>
#include <string_view>

namespace streamgate::tekton_operator {

// What a kubelet says that a container runs (status.containerStatuses[].imageID).
struct ImageId {
  enum class Kind {
    none,     // empty, or of no known form
    registry, // repository@sha256:...: a digest that the registry knows
    runtime,  // sha256:... alone: the runtime's own id (the image's configuration), not a registry's digest
  };
  Kind kind = Kind::none;
  std::string repository; // registry only
  std::string digest;     // "sha256:<64 hex>"
};

// Read an imageID: `repo@sha256:..`, `docker-pullable://repo@sha256:..`, `docker://sha256:..`, `sha256:..`, or bare 64
// hex digits.
ImageId parse_image_id(std::string_view text);

// Return the digest that an image reference pins ("repo:tag@sha256:..."), or "" when it pins none.
std::string pinned_digest(std::string_view reference);

// Return true for "sha256:" and 64 lower-case hex digits.
bool is_digest(std::string_view text);

// Add every "sha256:<64 hex>" in the strings below `value`.
void collect_digests(const json::Value& value, std::set<std::string>& to);
void collect_digests(std::string_view text, std::set<std::string>& to);

} // namespace streamgate::tekton_operator
