// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "categorize/examples.hpp"
#include "categorize/known_issues.hpp"
#include "categorize/rules.hpp"

#include <chrono>
#include <string>
#include <vector>

// What is wrong with files that can be read: `categorize --lint`.
namespace streamgate::categorize {

enum class Severity { error, warning };
constexpr auto enum_names(Severity)
{
  return std::array{EnumName{Severity::error, "error"}, EnumName{Severity::warning, "warning"}};
}

struct Finding {
  Severity severity = Severity::error;
  std::string check; // "no-example"
  std::string in;    // id of the rule, category or known issue
  std::string text;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("severity", self.severity);
    visit("check", self.check);
    visit("in", self.in);
    visit("text", self.text);
  }
};

// Rules that cannot be reached (conditions given before, literals that hold an earlier rule's literal, examples that
// all go to earlier rules), patterns that fit the empty text, categories that nothing reaches.
std::vector<Finding> lint_rules(const Config& config);

// Rules without an example, examples of no rule, examples that go elsewhere. `rules` sees the facts of each example.
std::vector<Finding> lint_examples(Rules& rules, const Examples& examples);

// Patterns that fit nearly everything, days too far ahead; as warnings, entries that have expired.
std::vector<Finding> lint_issues(const IssueList& list, std::chrono::sys_days today);

// Known issues of a category that the rules do not have.
std::vector<Finding> lint_categories(const IssueList& list, const Config& config);

} // namespace streamgate::categorize
