// SPDX-License-Identifier: Apache-2.0
#include "categorize/categorize.hpp"

#include "base/utf8.hpp"
#include "categorize/rules.hpp"
#include "record/run_dir.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace streamgate::categorize {
namespace {

bool is_bad(const record::TestResult& test)
{
  return test.status != record::TestStatus::passed && test.status != record::TestStatus::skipped;
}

std::map<std::string, std::int64_t> count_by_category(const record::Failures& failures)
{
  std::map<std::string, std::int64_t> out;
  for (const auto& failure : failures.failures) ++out[failure.category];
  return out;
}

std::string text_of(const record::Failures& failures, const std::vector<Category>& categories)
{
  if (failures.failures.empty()) return "no test failed\n";
  auto counts = count_by_category(failures);
  std::string out;
  for (const auto& category : categories) {
    if (counts[category.id] == 0) continue;
    out += fmt::format("{} ({})\n", category.title, counts[category.id]);
    for (const auto& failure : failures.failures) {
      if (failure.category != category.id) continue;
      out += fmt::format("  {:<24} {}\n", failure.rule.empty() ? "-" : failure.rule, failure.id);
      if (!failure.message.empty()) out += fmt::format("  {:<24} {}\n", "", utf8::truncate(failure.message, 160));
      out += fmt::format("  {:<24} {}: {}\n", "", failure.owner, failure.next_step);
    }
  }
  return out;
}

} // namespace

StepInfo Options::info()
{
  return {
      .name = "categorize",
      .summary = "Puts each failed test into a category by ordered rules, with the owner and the next step.",
      .reads = "results.json, and the rule file",
      .writes = "failures.json",
      .results = {{"failure-count", "number of tests that failed, broke or are missing"},
                  {"failure-categories", "JSON object: category id -> number of tests"}},
      .example = "categorize --run-dir run --rules config/categories.yaml",
  };
}

void Options::bind(Cli& cli)
{
  cli.option("rules", rules, "the rule file: categories and ordered rules, in YAML");
}

Result<Outcome> run(const Options& options, const Deps& deps)
{
  auto text = file::read(options.rules);
  if (!text)
    return std::unexpected(
        std::move(text.error()).advise("--rules names the rule file; config/categories.yaml is ours"));
  SG_TRY_ASSIGN(const auto rules, Rules::parse(*text, options.rules));
  const record::RunDir run_dir(options.common.run_dir);
  SG_TRY_ASSIGN(const auto results, run_dir.load<record::Results>());
  record::Failures failures;
  for (const auto& test : results.tests) {
    if (is_bad(test)) failures.failures.push_back(rules.judge(test));
  }
  SG_TRY(run_dir.store(failures));
  deps.print(options.common.json_output ? to_pretty_json(failures) : text_of(failures, rules.categories()));
  return Outcome{ExitStatus::passed,
                 {{"failure-count", std::to_string(failures.failures.size())},
                  {"failure-categories", to_json(count_by_category(failures))}}};
}

} // namespace streamgate::categorize
