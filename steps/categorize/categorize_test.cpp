// SPDX-License-Identifier: Apache-2.0
#include "categorize/categorize.hpp"
#include "record/run_dir.hpp"
#include "support/step_process.hpp"
#include "support/test_folder.hpp"

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
    const Deps deps{cancel, [this](std::string_view text) { printed += text; }};
    return run(options, deps);
  }

  test::TestFolder folder;
  record::RunDir run_dir{folder.path()};
  Cancel cancel;
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
