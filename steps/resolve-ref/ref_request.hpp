// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace streamgate::resolve_ref {

// What the user asked for, by its form alone.
enum class RequestKind { head, pull_request, full_name, commit, short_commit, name };

struct RefRequest {
  RequestKind kind = RequestKind::head;
  std::string text;   // as written; "HEAD" when nothing was
  std::string number; // of a pull request
};

// One item of --components.
struct ComponentRequest {
  std::string name;
  RefRequest ref;
};

// Return true for what may name a component, an image or a suite: it goes into file names and image names.
bool is_name(std::string_view text);

// Take a ref: "" and HEAD, pr/N, refs/..., 40 hex digits, 7 to 39 hex digits (which may be a name, too), a name.
// Error: bad_input for what git would not take as a ref.
Result<RefRequest> parse_ref(std::string_view text);

// Take "pipeline:v1.9.2,triggers:pr/12,chains". Errors: usage when empty; bad_input for a bad item or one given twice.
Result<std::vector<ComponentRequest>> parse_components(std::string_view text);

} // namespace streamgate::resolve_ref
