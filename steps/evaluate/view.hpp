// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/run_dir.hpp"

#include <optional>
#include <string>

namespace streamgate::evaluate {

enum class Colour { no, yes };

// Return the verdict for a terminal: its word and why, the counts, the failures by category, the components and the
// proof. `failures` and `deploy` may be absent.
std::string view(const record::Verdict& verdict, const std::optional<record::Failures>& failures,
                 const std::optional<record::Deploy>& deploy, Colour colour);

// Return the verdict as Konflux' TEST_OUTPUT: compact JSON of result, namespace, timestamp, successes, failures,
// warnings (skipped and missing) and note.
std::string test_output(const record::Verdict& verdict);

} // namespace streamgate::evaluate
