// SPDX-License-Identifier: Apache-2.0
#include "fuzz.hpp"
#include "run-tests/gauge_spec.hpp"
#include "run-tests/go_pattern.hpp"

namespace streamgate::fuzz {
namespace {

void choose(std::string_view expression, const run_tests::Spec& spec)
{
  const auto tags = run_tests::TagExpression::parse(expression);
  const auto pattern = run_tests::GoPattern::parse(expression);
  for (const auto& scenario : spec.scenarios) {
    if (tags && !expression.empty()) {
      const auto negated = run_tests::TagExpression::parse("!(" + std::string(expression) + ")");
      expect(!negated || negated->matches(scenario.tags) != tags->matches(scenario.tags),
             "an expression and its opposite choose all");
    }
    if (pattern) expect(!pattern->skips(scenario.heading) || pattern->runs(scenario.heading), "what is skipped fits");
  }
}

} // namespace

// The first line is a tag expression and a pattern, what follows is a spec file.
void fuzz(std::string_view input)
{
  const auto [expression, text] = first_line(input);
  const auto spec = run_tests::parse_spec(text);
  for (const auto& scenario : spec.scenarios) {
    expect(text.find(scenario.heading) != std::string_view::npos, "a heading stands in the spec");
    for (const auto& tag : scenario.tags)
      expect(!tag.empty() && tag.find_first_of(",\n") == std::string::npos, "a tag is one");
  }
  choose(expression, spec);
}

} // namespace streamgate::fuzz
