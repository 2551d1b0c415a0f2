// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "git/access.hpp"
#include "git/location.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace streamgate::git {

// One ref that a server advertises. Ids are 40 hex digits.
struct RemoteRef {
  std::string name;   // full: refs/heads/main
  std::string id;     // what it points at; of an annotated tag the tag object
  std::string commit; // what is behind an annotated tag, else `id`
};

struct RemoteRefs {
  std::vector<RemoteRef> refs; // by name; HEAD is not among them
  std::string head;            // commit of HEAD, "" when there is none (an empty repository)
  std::string head_target;     // branch that HEAD names: refs/heads/main; "" when it is detached or not told

  // Return the ref of this full name, or nullptr.
  const RemoteRef* find(std::string_view name) const;
};

// Ask a server for its refs (ls-remote). Errors: unavailable, unauthorized, forbidden, not_found, tls, timeout,
// cancelled.
Result<RemoteRefs> list_refs(const Location& location, const Access& access, const Cancel& cancel);

} // namespace streamgate::git
