// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/test_case.hpp"

#include <optional>
#include <string_view>

namespace streamgate::parse_junit {

// Return an element's name without its namespace's prefix.
std::string_view local_name(std::string_view element);

// Return what an element inside of a testcase or suite says, in any case and namespace; nothing for other elements.
std::optional<TestCase::Outcome> outcome_of(std::string_view element);

// Return true for the elements of a testcase that say nothing of how it ended: known ones, and another vocabulary's.
bool says_no_outcome(std::string_view element);

// What the attribute `status` or `result` of a testcase says. `passed` is no outcome: the children may say worse.
enum class StatusWord { passed, failed, error, skipped, unknown };
StatusWord status_word(std::string_view word);

// Return true when a suite that says this word of itself was ended before it was through.
bool ends_early(std::string_view word);

// What an attribute that is true or false says, in any case; nothing for another word. A number is true unless 0.
std::optional<bool> truth_of(std::string_view word);

} // namespace streamgate::parse_junit
