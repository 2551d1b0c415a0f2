// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "git/access.hpp"
#include "git/location.hpp"
#include "git/remote.hpp"
#include "record/plan.hpp"
#include "resolve-ref/ref_request.hpp"

#include <optional>
#include <string>

namespace streamgate::resolve_ref {

struct Resolved {
  std::string ref; // full name, "" for a bare commit
  record::RefKind kind = record::RefKind::head;
  std::string commit;
};

// Look a request up among advertised refs. Nothing for a commit that no ref stands at: the server must be asked.
// Errors: ambiguous (says what fits), not_found (says what is near).
Result<std::optional<Resolved>> among(const git::RemoteRefs& refs, const RefRequest& request);

// Resolve a request on a server; a commit that is not advertised is fetched (without files) to see that it is there.
// Errors: those of `among` and of git::list_refs.
Result<Resolved> resolve(const git::Location& location, const RefRequest& request, const git::Access& access,
                         const Cancel& cancel);

} // namespace streamgate::resolve_ref
