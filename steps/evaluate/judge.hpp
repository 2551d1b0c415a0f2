// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "evaluate/evidence.hpp"
#include "evaluate/override.hpp"
#include "evaluate/policy.hpp"
#include "record/verdict.hpp"

#include <optional>
#include <string>

namespace streamgate::evaluate {

// Judge a run. `passed` needs every piece of evidence; whatever is absent, broken or against it is a reason. A failed
// test or an image that does not start is a failure of the thing under test (exit code 1), everything else is an error
// (2), and both together are 3. What only follows from an earlier end of the run (no results because the build failed)
// is no reason of its own. An override that counts turns a failure into `overridden`; an error stays an error.
// `fallback_run` names the run when there is no plan.
record::Verdict judge(const Evidence& evidence, const Policy& policy, const std::optional<OverrideRequest>& override_by,
                      const std::string& fallback_run, WallTime now);

// Return the exit status that a verdict's word stands for.
ExitStatus status_of(record::VerdictWord word) noexcept;

} // namespace streamgate::evaluate
