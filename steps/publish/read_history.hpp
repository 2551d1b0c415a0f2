// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/publish.hpp"

namespace streamgate::publish {

// Bring the history of the branch, else of the folder, into the run's directory as history.jsonl. A site that is not
// there yet, and no site, is an empty history. Errors: not_found without a run's directory; those of git; io.
Result<Outcome> read_history(const Options& options, const Deps& deps);

} // namespace streamgate::publish
