// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evaluate/policy.hpp"
#include "evaluate/reasons.hpp"

#include <vector>

namespace streamgate::evaluate {

// Return, line by line and in the order of a run, what each piece of evidence says: what is well with its figures, and
// each of `against`. What is absent only because the run ended before it has no line.
std::vector<record::VerdictLine> explain(const Evidence& evidence, const Policy& policy, const Findings& against);

} // namespace streamgate::evaluate
