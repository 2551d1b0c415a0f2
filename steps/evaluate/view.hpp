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

// Return why the verdict is what it is: each piece of evidence with what it says, then what history says.
std::string explanation(const record::Verdict& verdict, Colour colour);

} // namespace streamgate::evaluate
