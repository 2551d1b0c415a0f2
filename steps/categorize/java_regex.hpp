// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace streamgate::categorize {

// Return a pattern of RE2 that fits a text exactly when Java's `Pattern.compile(java, DOTALL).matcher(text).matches()`
// does: of the whole text, `.` takes line ends too, case counts. Error: bad_input, with what RE2 cannot do
// (lookaround, back references, atomic groups, possessive quantifiers, classes that are joined or cut) and where.
Result<std::string> from_java_regex(std::string_view java);

} // namespace streamgate::categorize
