// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "categorize/config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace streamgate::categorize {

// Allure's categories as rules: one of each, in their order.
struct AllureCategories {
  Config config; // with the category `unknown` in the end, where the file has none of that name
  std::vector<std::string>
      left_out; // names of categories that no failed test can have: of passed, skipped or flaky ones
};

// Read Allure's categories.json: an array of {name, messageRegex, traceRegex, matchedStatuses, flaky}. A category's id
// is made of its name. Allure puts a test into each category that fits; here the first decides. Refused, with the
// category's name: what is of another form, and patterns that RE2 cannot do. `what` names the text. Error: bad_input.
Result<AllureCategories> parse_allure(std::string_view json, std::string_view what);

} // namespace streamgate::categorize
