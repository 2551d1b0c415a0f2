// SPDX-License-Identifier: Apache-2.0
#include "categorize/categorize.hpp"
#include "record/facts.hpp"
#include "record/run_dir.hpp"
#include "support/step_process.hpp"
#include "support/test_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::categorize {
namespace {

using record::TestStatus;
using testing::HasSubstr;

const std::string k_ours = std::string(STREAMGATE_SOURCE_DIR) + "/config/categories.yaml";

record::TestResult row(std::string id, TestStatus status, std::string message)
{
  return {std::move(id), "smoke", "name", status, 1, 0.5, std::move(message), ""};
}

class Categorize : public testing::Test {
protected:
  void store(std::vector<record::TestResult> tests)
  {
    record::Results results;
    results.tests = std::move(tests);
    results.sources.push_back({"raw/smoke/junit.xml", 1, true, {}});
    ASSERT_TRUE(run_dir.store(results));
  }
  Result<Outcome> run_with(const std::string& rules, bool json = false)
  {
    Options options;
    options.common.run_dir = folder.path();
    options.common.json_output = json;
    options.rules = rules;
    if (!known_issues.empty()) options.known_issues = known_issues;
    options.lint = lint;
    options.now = [] { return *parse_rfc3339("2026-03-02T23:59:59Z"); };
    const Deps deps{cancel, [this](std::string_view text) { printed += text; }};
    return run(options, deps);
  }

  test::TestFolder folder;
  record::RunDir run_dir{folder.path()};
  Cancel cancel;
  std::string known_issues; // "": the default, which is not there
  bool lint = false;
  std::string printed;
};

TEST_F(Categorize, WritesARowForEachTestThatDidNotPassOrSkip)
{
  store({row("s/ok", TestStatus::passed, ""), row("s/skip", TestStatus::skipped, ""),
         row("s/rbac", TestStatus::failed, "secrets is forbidden: User \"u\" cannot list resource \"secrets\""),
         row("s/odd", TestStatus::error, "no idea"),
         row("s/gone", TestStatus::missing, "planned, and nothing was heard of it")});
  const auto outcome = run_with(k_ours);
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(outcome->status, ExitStatus::passed);
  EXPECT_EQ(outcome->results.at("failure-count"), "3");
  EXPECT_EQ(outcome->results.at("failure-categories"), R"({"configuration":1,"unknown":2})");
  const auto failures = run_dir.load<record::Failures>();
  ASSERT_TRUE(failures) << failures.error().text();
  ASSERT_EQ(failures->failures.size(), 3U);
  EXPECT_EQ(failures->failures[0].id, "s/rbac");
  EXPECT_EQ(failures->failures[0].category, "configuration");
  EXPECT_EQ(failures->failures[0].rule, "rbac");
  EXPECT_EQ(failures->failures[1].category, "unknown");
  EXPECT_EQ(failures->failures[1].rule, "");
  EXPECT_EQ(failures->failures[2].rule, "did-not-report");
  EXPECT_THAT(printed, HasSubstr("Configuration Gap (1)"));
  EXPECT_THAT(printed, HasSubstr("s/rbac"));
}

TEST_F(Categorize, SaysSoWhenNothingFailed)
{
  store({row("s/ok", TestStatus::passed, "")});
  const auto outcome = run_with(k_ours);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(printed, "no test failed\n");
  EXPECT_EQ(outcome->results.at("failure-categories"), "{}");
  EXPECT_TRUE(run_dir.load<record::Failures>());
}

TEST_F(Categorize, PrintsTheRecordAsJson)
{
  store({row("s/odd", TestStatus::failed, "no idea")});
  ASSERT_TRUE(run_with(k_ours, true));
  const auto document = json::parse(printed, "stdout");
  ASSERT_TRUE(document);
  EXPECT_TRUE(record::check_schema(*document, "failures", "stdout"));
}

constexpr std::string_view k_known = R"(schema_version: 1
issues:
  - {id: odd-one, test: '/odd$', owner: '@o', link: 'https://e.com/1', reason: r, expires: 2026-03-02}
  - {id: old-one, message: forbidden, owner: '@o', link: 'https://e.com/2', reason: r, expires: 2026-03-01}
  - {id: idle-one, test: nothing, owner: '@o', link: 'https://e.com/3', reason: r, expires: 2026-03-09}
)";

TEST_F(Categorize, SaysWhichFailuresAreKnownAndWhichCountAgain)
{
  known_issues = folder.write("known.yaml", k_known).string();
  store({row("s/odd", TestStatus::failed, "no idea"), row("s/new", TestStatus::failed, "no idea"),
         row("s/rbac", TestStatus::error, "secrets is forbidden: User \"u\" cannot list")});
  ASSERT_TRUE(run_with(k_ours));
  const auto failures = run_dir.load<record::Failures>();
  ASSERT_TRUE(failures) << failures.error().text();
  ASSERT_TRUE(failures->failures[0].known);
  EXPECT_EQ(failures->failures[0].known->id, "odd-one");
  EXPECT_FALSE(failures->failures[0].known->expired) << "this is its last day";
  EXPECT_FALSE(failures->failures[1].known);
  ASSERT_TRUE(failures->failures[2].known);
  EXPECT_TRUE(failures->failures[2].known->expired);
  EXPECT_THAT(printed, HasSubstr("known: odd-one (@o, https://e.com/1), until 2026-03-02"));
  EXPECT_THAT(printed, HasSubstr("known: old-one (@o, https://e.com/2), expired after 2026-03-01: it counts again"));
  EXPECT_THAT(printed, HasSubstr("known issues that took no failure of this run: idle-one\n"));
}

TEST_F(Categorize, RefusesKnownIssuesThatExcuseForTooLongOrEverything)
{
  store({row("s/odd", TestStatus::failed, "no idea")});
  const auto why = [&](std::string_view issue) {
    known_issues = folder.write("known.yaml", fmt::format("schema_version: 1\nissues:\n  - {}\n", issue)).string();
    const auto outcome = run_with(k_ours);
    return outcome ? std::string("accepted") : outcome.error().message;
  };
  EXPECT_THAT(why("{id: late, test: odd, owner: o, link: 'https://e.com', reason: r, expires: 2030-12-24}"),
              HasSubstr("known issue 'late': it expires in 1758 days; 180 is the most"));
  EXPECT_THAT(why("{id: all, test: ., owner: o, link: 'https://e.com', reason: r, expires: 2026-03-09}"),
              HasSubstr("known issue 'all': its test fits nearly any text"));
  EXPECT_FALSE(run_dir.has("failures.json"));
  known_issues = "/nowhere/known-issues.yaml";
  ASSERT_FALSE(run_with(k_ours)) << "named, and not there";
}

TEST_F(Categorize, UsesFactsLogsAndTheProof)
{
  store({row("s/slow", TestStatus::failed, "timed out waiting for the condition")});
  record::Facts facts;
  facts.time = "2026-03-02T10:00:00Z";
  facts.containers.push_back({"tekton-pipelines", "ctl-1", "main", "running", "", "", 0, 1, "artifacts/ctl.log"});
  facts.containers.push_back({"tekton-pipelines", "ctl-2", "main", "running", "", "", 0, 1, "../outside.log"});
  ASSERT_TRUE(run_dir.store(facts));
  folder.write("artifacts/ctl.log", "starting\npanic: boom\n");
  record::Deploy deploy;
  deploy.before.emplace();
  deploy.before->rows.push_back({"pipeline", "controller", "Deployment/ctl", "ctl-1", "main", "", "", true, ""});
  ASSERT_TRUE(run_dir.store(deploy));
  ASSERT_TRUE(run_with(k_ours));
  const auto failures = run_dir.load<record::Failures>();
  ASSERT_TRUE(failures) << failures.error().text();
  EXPECT_EQ(failures->failures[0].rule, "seen-component-panic");
  EXPECT_THAT(failures->failures[0].evidence,
              testing::ElementsAre("log of tekton-pipelines/ctl-1/main: artifacts/ctl.log"));
  EXPECT_THAT(printed, HasSubstr("log of tekton-pipelines/ctl-1/main"));
}

TEST_F(Categorize, RefusesFactsThatAreBroken)
{
  store({row("s/slow", TestStatus::failed, "x")});
  folder.write("artifacts/facts.json", "{}");
  const auto outcome = run_with(k_ours);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::bad_input);
  EXPECT_THAT(outcome.error().text(), HasSubstr("artifacts/facts.json"));
}

TEST_F(Categorize, TakesAlluresCategories)
{
  store({row("s/a", TestStatus::failed, "disk full"), row("s/b", TestStatus::error, "else")});
  const auto allure = folder.write("categories.json", R"([{"name": "Disk", "messageRegex": ".*full.*"}])").string();
  ASSERT_TRUE(run_with(allure));
  EXPECT_THAT(printed, HasSubstr("Disk (1)"));
  EXPECT_THAT(printed, HasSubstr("To Investigate (1)"));
}

TEST_F(Categorize, LintsOurRulesAndKnownIssues)
{
  lint = true;
  known_issues = std::string(STREAMGATE_SOURCE_DIR) + "/config/known-issues.yaml";
  const auto outcome = run_with(k_ours);
  EXPECT_TRUE(outcome) << outcome.error().text() << printed;
  EXPECT_EQ(printed, "nothing found\n");
}

TEST_F(Categorize, LintEndsWithAnErrorAndSaysWhatIsWrong)
{
  lint = true;
  known_issues = folder.write("known.yaml", k_known).string();
  const std::string rules = "schema_version: 1\ncategories: [{id: unknown, title: t, owner: o, next_step: n}]\nrules:\n"
                            "  - {id: a, category: unknown, text: x}\n";
  folder.write("rules.examples.yaml", "schema_version: 1\nexamples: {a: {takes: [{message: y}]}}\n");
  const auto outcome = run_with(folder.write("rules.yaml", rules).string(), true);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::bad_input);
  EXPECT_THAT(outcome.error().text(), HasSubstr("1 finding"));
  const auto document = json::parse(printed, "stdout");
  ASSERT_TRUE(document) << printed;
  ASSERT_TRUE(document->IsArray());
  ASSERT_EQ(document->Size(), 2U);
  EXPECT_EQ(json::text((*document)[0], {"check"}), "example-elsewhere");
  EXPECT_EQ(json::text((*document)[1], {"check"}), "expired");
  EXPECT_EQ(json::text((*document)[1], {"severity"}), "warning");
}

TEST_F(Categorize, NeedsARunDirectoryUnlessItLints)
{
  Options options;
  options.rules = k_ours;
  const auto outcome = run(options, {cancel, [](std::string_view) {}});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::usage);
}

TEST_F(Categorize, NeedsTheRuleFile)
{
  store({});
  const auto outcome = run_with("/nowhere/categories.yaml");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::not_found);
  EXPECT_THAT(outcome.error().text(), HasSubstr("/nowhere/categories.yaml"));
  EXPECT_THAT(outcome.error().hint, HasSubstr("--rules"));
}

TEST_F(Categorize, NeedsResults)
{
  const auto outcome = run_with(k_ours);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::not_found);
  EXPECT_THAT(outcome.error().hint, HasSubstr("parse-junit"));
  EXPECT_FALSE(run_dir.has("failures.json"));
}

TEST_F(Categorize, RefusesResultsOfAnotherSchema)
{
  folder.write("results.json", R"({"schema_version":2,"tests":[],"counts":{},"sources":[]})");
  const auto outcome = run_with(k_ours);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::bad_input);
  EXPECT_THAT(outcome.error().text(), HasSubstr("results.json"));
}

TEST_F(Categorize, ExecutableKeepsTheContract)
{
  store({row("s/odd", TestStatus::failed, "no idea")});
  const auto good =
      test::run_step_process("categorize", {"--run-dir", folder.path().string(), "--rules", k_ours, "--result",
                                            "failure-count=" + (folder.path() / "count").string()});
  EXPECT_EQ(good.exit, 0) << good.err;
  EXPECT_EQ(folder.read("count"), "1");
  EXPECT_THAT(good.out, HasSubstr("To Investigate (1)"));
  const auto bad_rules = folder.write("rules.yaml", "schema_version: 1\n").string();
  const auto bad = test::run_step_process("categorize", {"--run-dir", folder.path().string(), "--rules", bad_rules});
  EXPECT_EQ(bad.exit, 2);
  EXPECT_THAT(bad.err, HasSubstr("categorize: error: "));
  EXPECT_THAT(bad.err, HasSubstr("rules.yaml"));
  EXPECT_THAT(folder.read("errors/categorize.json"), HasSubstr("BadInput"));
  EXPECT_EQ(test::run_step_process("categorize", {"--help"}).exit, 0);
  EXPECT_EQ(test::run_step_process("categorize", {"--nonsense"}).exit, 2);
}

} // namespace
} // namespace streamgate::categorize
