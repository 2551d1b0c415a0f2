// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "categorize/allure.hpp"
#include "categorize/examples.hpp"
#include "categorize/lint.hpp"
#include "categorize/patterns.hpp"
#include "categorize/rules.hpp"
#include "fuzz.hpp"

#include <re2/re2.h>

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

// Beyond ASCII only U+212A and U+017F fold to letters of ASCII: there the folded pattern may differ.
void pattern(std::string_view input)
{
  const auto [first, text] = first_line(input);
  const std::string one(first);
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  const RE2 reference(one, options);
  categorize::Patterns patterns;
  const auto added = patterns.add(one);
  expect(!added || reference.ok(), "what is no pattern is refused");
  if (!added || !patterns.compile() || text.find("\u212a") != text.npos || text.find("\u017f") != text.npos) return;
  std::vector<int> fitting;
  const categorize::FoldedText folded(text);
  patterns.fitting(folded, fitting);
  re2::StringPiece found;
  const re2::StringPiece whole(text.data(), text.size());
  const bool fits = reference.Match(whole, 0, whole.size(), RE2::UNANCHORED, &found, 1);
  expect(fits == !fitting.empty(), "a pattern fits as RE2's without regard to case");
  if (fits) expect(patterns.find(0, folded) == std::string_view(found.data(), found.size()), "and finds the same");
}

} // namespace

// The first line says what the rest is: a rule file, Allure's categories, examples, or a pattern and a text.
void fuzz(std::string_view input)
{
  const auto [kind, text] = first_line(input);
  if (kind == "rules") judge(categorize::parse_config(text, "input"), text);
  if (kind == "allure") allure(text);
  if (kind == "examples") examples(text);
  if (kind == "pattern") pattern(text);
}

} // namespace streamgate::fuzz
