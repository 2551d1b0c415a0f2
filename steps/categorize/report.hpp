// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "categorize/config.hpp"
#include "categorize/lint.hpp"
#include "record/verdict.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace streamgate::categorize {

// Return the failures for people, by category, with what to do next; `unused` are known issues that took nothing.
std::string text_of(const record::Failures& failures, const std::vector<Category>& categories,
                    const std::vector<std::string>& unused);

// Return the findings for people.
std::string text_of(const std::vector<Finding>& findings);

} // namespace streamgate::categorize
