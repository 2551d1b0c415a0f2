// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "evaluate/policy.hpp"
#include "record/run_dir.hpp"

#include <string>
#include <vector>

namespace streamgate::evaluate {

// Judge several runs of one job as one: each test must pass as often as its history lets expect
// (analysis::aggregate). Runs that could not tell do not count; too few that do are an error. The history is
// `run_dir`'s. Errors: not_found, bad_input for a run that has no verdict or no results, and for runs that did not test
// the same: another suite, gate or commit.
Result<record::Verdict> judge_together(const std::vector<std::string>& runs, const record::RunDir& run_dir,
                                       const Policy& policy, const std::string& name, WallTime now);

} // namespace streamgate::evaluate
