// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/tests.hpp"

#include <string>
#include <string_view>

namespace streamgate::analysis {

// Return the normal form (normalise.hpp) of what a failure says of its cause, which clusters are made of. That is the
// message, when it says something; to one that does not ("Failed", "timed out waiting for the condition") the lines of
// the detail that tell of an error are added, or all of them when none does, without stack frames and the runner's own
// lines.
std::string cause_of(std::string_view message, std::string_view detail);

// Return the cause of a test that did not pass.
std::string cause_of(const record::TestResult& test);

} // namespace streamgate::analysis
