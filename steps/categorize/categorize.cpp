// SPDX-License-Identifier: Apache-2.0
#include "categorize/categorize.hpp"

#include "analysis/cause.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "categorize/allure.hpp"
#include "categorize/clusters.hpp"
#include "categorize/known_issues.hpp"
#include "categorize/lint.hpp"
#include "categorize/report.hpp"
#include "categorize/rules.hpp"
#include "record/artifacts.hpp"
#include "record/facts.hpp"
#include "record/run_dir.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

namespace streamgate::categorize {
namespace {

// Most that is read of one log, and of all together.
constexpr std::size_t k_log_limit = std::size_t{1} << 20U;
constexpr std::size_t k_logs_limit = std::size_t{32} << 20U;

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

// --- The files ---

bool is_allure(const Options& options)
{
  return options.rules.ends_with(".json");
}

Result<std::string> read_rules(const Options& options)
{
  auto text = file::read(options.rules);
  if (text) return text;
  return std::unexpected(std::move(text.error()).advise("--rules names the rule file; config/categories.yaml is ours"));
}

Result<Config> config_of(const Options& options, std::string_view text)
{
  if (!is_allure(options)) return parse_config(text, options.rules);
  SG_TRY_ASSIGN(auto allure, parse_allure(text, options.rules));
  for (const auto& name : allure.left_out) {
    log::warn("{}: the category '{}' is for tests that passed, were skipped or are flaky: no failure can be in it",
              options.rules, name);
  }
  return std::move(allure.config);
}

Result<Examples> read_examples(const Options& options)
{
  const auto path = examples_file(options.rules);
  if (!std::filesystem::exists(path)) return Examples{};
  SG_TRY_ASSIGN(const auto text, file::read(path));
  return parse_examples(text, path);
}

Result<IssueList> read_issues(const Options& options)
{
  // The default may be absent, what somebody names may not.
  const bool named = options.known_issues != Options().known_issues;
  if (!named && !std::filesystem::exists(options.known_issues)) return IssueList{};
  SG_TRY_ASSIGN(const auto text, file::read(options.known_issues));
  return parse_issues(text, options.known_issues);
}

std::chrono::sys_days today_of(const Options& options)
{
  return std::chrono::floor<std::chrono::days>(options.now());
}

// What excuses for years, or excuses all, excuses nothing: a list that lint refuses is refused here too.
Status check_issues(const IssueList& issues, const Options& options)
{
  for (const auto& finding : lint_issues(issues, today_of(options))) {
    if (finding.severity == Severity::error)
      return fail(ErrorCode::bad_input,
                  fmt::format("{}: known issue '{}': {}", options.known_issues, finding.in, finding.text),
                  "categorize --lint says all that is wrong");
  }
  return {};
}

// A file of the run directory that facts.json names; no path leads out of it.
std::optional<std::string> read_log(const record::RunDir& run_dir, const std::string& relative)
{
  const auto path = std::filesystem::path(relative).lexically_normal();
  if (relative.empty() || path.is_absolute() || path.native().starts_with("..")) return std::nullopt;
  auto text = file::read(run_dir.path(path), k_log_limit);
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

void add_logs(const record::RunDir& run_dir, RunFacts& to)
{
  std::size_t total = 0;
  for (const auto& container : to.facts.containers) {
    if (total >= k_logs_limit || to.logs.contains(container.log)) continue;
    auto text = read_log(run_dir, container.log);
    if (!text) continue;
    total += text->size();
    to.logs.emplace(container.log, std::move(*text));
  }
}

// What is known of the run; a record that is not there says nothing, one that is broken is an error.
Result<RunFacts> read_facts(const record::RunDir& run_dir, bool logs)
{
  RunFacts out;
  if (run_dir.has(record::Facts::k_file)) {
    SG_TRY_ASSIGN(out.facts, run_dir.load<record::Facts>());
  }
  if (run_dir.has(record::Deploy::k_file)) {
    SG_TRY_ASSIGN(auto deploy, run_dir.load<record::Deploy>());
    for (const auto* proof : {&deploy.before, &deploy.after}) {
      if (*proof) out.proof.insert(out.proof.end(), (*proof)->rows.begin(), (*proof)->rows.end());
    }
  }
  if (logs) add_logs(run_dir, out);
  return out;
}

// --- The two ways to use it ---

Result<Outcome> lint(const Options& options, const Deps& deps)
{
  SG_TRY_ASSIGN(const auto text, read_rules(options));
  SG_TRY_ASSIGN(auto config, config_of(options, text));
  auto findings = lint_rules(config);
  SG_TRY_ASSIGN(auto rules, Rules::make(std::move(config), options.rules));
  // Allure's form has no place for examples.
  if (!is_allure(options)) {
    SG_TRY_ASSIGN(const auto examples, read_examples(options));
    std::ranges::move(lint_examples(rules, examples), std::back_inserter(findings));
  }
  SG_TRY_ASSIGN(auto issues, read_issues(options));
  std::ranges::move(lint_issues(issues, today_of(options)), std::back_inserter(findings));
  std::ranges::move(lint_categories(issues, rules.config()), std::back_inserter(findings));
  SG_TRY(KnownIssues::make(std::move(issues), options.known_issues));
  deps.print(options.common.json_output ? to_pretty_json(findings) : text_of(findings));
  const auto errors = std::ranges::count(findings, Severity::error, &Finding::severity);
  if (errors == 0) return Outcome{};
  return fail(ErrorCode::bad_input,
              fmt::format("{} finding(s) in the rules, their examples or the known issues", errors),
              "the findings are on stdout");
}

Result<Outcome> judge(const Options& options, const Deps& deps)
{
  if (options.common.run_dir.empty())
    return fail(ErrorCode::usage, "--run-dir is needed", "or --lint, to look at the rules alone");
  SG_TRY_ASSIGN(const auto text, read_rules(options));
  SG_TRY_ASSIGN(auto config, config_of(options, text));
  SG_TRY_ASSIGN(auto rules, Rules::make(std::move(config), options.rules));
  SG_TRY_ASSIGN(auto issues, read_issues(options));
  SG_TRY(check_issues(issues, options));
  SG_TRY_ASSIGN(auto known, KnownIssues::make(std::move(issues), options.known_issues));
  const record::RunDir run_dir(options.common.run_dir);
  SG_TRY_ASSIGN(const auto results, run_dir.load<record::Results>());
  SG_TRY_ASSIGN(const auto facts, read_facts(run_dir, rules.wants_logs()));
  rules.see(facts);
  const auto today = today_of(options);
  const record::ArtifactFinder artifacts(facts.facts);
  std::vector<std::string> causes;
  std::vector<const record::TestResult*> bad;
  for (const auto& test : results.tests) {
    if (is_bad(test)) bad.push_back(&test);
  }
  record::Failures failures;
  failures.failures = rules.judge_all(bad);
  for (std::size_t i = 0; i < bad.size(); ++i) {
    auto& failure = failures.failures[i];
    failure.known = known.find(*bad[i], failure.category, today);
    failure.artifacts = artifacts.of(*bad[i]);
    causes.push_back(analysis::cause_of(*bad[i]));
  }
  give_clusters(run_dir, causes, failures);
  SG_TRY(run_dir.store(failures));
  const auto unused = known.unused();
  if (!unused.empty()) log::info("known issues that took no failure of this run: {}", fmt::join(unused, ", "));
  deps.print(options.common.json_output ? to_pretty_json(failures)
                                        : text_of(failures, rules.config().categories, unused));
  return Outcome{ExitStatus::passed,
                 {{"failure-count", std::to_string(failures.failures.size())},
                  {"failure-categories", to_json(count_by_category(failures))}}};
}

} // namespace

StepInfo Options::info()
{
  return {
      .name = "categorize",
      .summary = "Puts each failed test into a category by ordered rules, with the owner and the next step, and says "
                 "which failures are known. With --lint it looks at the rules and the known issues instead.",
      .reads = "results.json, the rule file and the known issues; artifacts/facts.json with the logs that it names, "
               "deploy.json and history.jsonl, where they are there",
      .writes = "failures.json (not with --lint)",
      .results = {{"failure-count", "number of tests that failed, broke or are missing"},
                  {"failure-categories", "JSON object: category id -> number of tests"}},
      .example = "categorize --run-dir run --rules config/categories.yaml",
      .run_dir_optional = true,
  };
}

void Options::bind(Cli& cli)
{
  cli.option("rules", rules,
             "the rule file: categories and ordered rules, in YAML; Allure's categories.json when it ends with .json");
  cli.option("known-issues", known_issues, "the known issues, in YAML; without such a file there are none");
  cli.flag("lint", lint, "say what is wrong with the rules and the known issues, and end with 2 if anything is");
}

Result<Outcome> run(const Options& options, const Deps& deps)
{
  return options.lint ? lint(options, deps) : judge(options, deps);
}

} // namespace streamgate::categorize
