// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "categorize/allure.hpp"
#include "categorize/examples.hpp"
#include "categorize/known_issues.hpp"
#include "categorize/lint.hpp"
#include "categorize/rules.hpp"
#include "fuzz.hpp"

#include <algorithm>

namespace streamgate::fuzz {
namespace {

record::TestResult failure(std::string_view text)
{
  return {.id = "s/t",
          .suite = "s",
          .name = "t",
          .status = record::TestStatus::failed,
          .message = "connection refused",
          .detail = std::string(text)};
}

void judge(Result<categorize::Config> config, std::string_view input)
{
  if (!config) return;
  const auto categories = config->categories;
  auto rules = categorize::Rules::make(std::move(*config), "input");
  if (!rules) return;
  const auto test = failure(input);
  const auto row = rules->judge(test);
  expect(std::ranges::find(categories, row.category, &categorize::Category::id) != categories.end(),
         "every failure is in a category of the file");
  expect(row.rule.empty() == !rules->first(test).has_value(), "the row is of the first rule");
  expect(row.confidence >= 0 && row.confidence <= 1 && (!row.rule.empty() || row.confidence == 0),
         "nobody is surer than sure");
  expect(utf8::valid(row.matched) && row.matched.size() <= 200, "what matched is text, and short");
  expect(to_json(row) == to_json(rules->judge(test)), "the same failure is judged the same");
  (void)categorize::lint_rules(rules->config());
}

void allure(std::string_view input)
{
  auto categories = categorize::parse_allure(input, "input");
  if (!categories) return;
  expect(categories->config.categories.size() <= categories->config.rules.size() + 1,
         "a category has a rule, or is unknown");
  judge(std::move(categories->config), input);
}

void examples(std::string_view input)
{
  const auto parsed = categorize::parse_examples(input, "input");
  if (!parsed) return;
  for (const auto& [id, of_rule] : parsed->examples)
    expect(!of_rule.takes.empty(), "a rule with examples has one that it takes");
}

void known_issues(std::string_view input)
{
  auto list = categorize::parse_issues(input, "input");
  if (!list) return;
  const auto count = list->issues.size();
  const auto today = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  auto known = categorize::KnownIssues::make(*list, "input");
  if (!known) return;
  (void)categorize::lint_issues(*list, today);
  const auto found = known->find(failure(input), "unknown", today);
  expect(known->unused().size() <= count - (found ? 1 : 0), "an issue that took something is used");
  auto gone = failure(input);
  gone.status = record::TestStatus::missing;
  expect(!known->find(gone, "unknown", today), "a test that did not run is not known to fail");
}

} // namespace

// The first line says what the rest is: a rule file, Allure's categories, examples or known issues.
void fuzz(std::string_view input)
{
  const auto [kind, text] = first_line(input);
  if (kind == "rules") judge(categorize::parse_config(text, "input"), text);
  if (kind == "allure") allure(text);
  if (kind == "examples") examples(text);
  if (kind == "known-issues") known_issues(text);
}

} // namespace streamgate::fuzz
