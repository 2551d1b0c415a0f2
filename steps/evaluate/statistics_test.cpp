// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "evaluate/aggregated.hpp"
#include "evaluate/judge.hpp"
#include "evaluate/test_evidence.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::evaluate {
namespace {

using record::TestStatus;
using record::VerdictWord;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using namespace test_support;

const WallTime k_now = *parse_rfc3339("2026-03-01T09:30:00Z");

record::HistoryRun run_of(int days_ago, int number, std::vector<TestStatus> statuses)
{
  record::HistoryRun out;
  out.run = fmt::format("run-{}-{}", days_ago, number);
  out.time = to_rfc3339(k_now - std::chrono::days(days_ago));
  out.gate = "midstream";
  out.suite = "s";
  out.verdict = std::ranges::count(statuses, TestStatus::failed) > 0 ? VerdictWord::failed : VerdictWord::passed;
  for (std::size_t i = 0; i < statuses.size(); ++i)
    out.tests.push_back({fmt::format("s/t{}", i), statuses[i], false, 0, ""});
  return out;
}

// 40 good runs in the base window, and four of eight failed in the last days.
std::vector<record::HistoryRun> got_worse()
{
  std::vector<record::HistoryRun> out;
  for (int i = 0; i < 40; ++i) out.push_back(run_of(8 + i % 28, i, {TestStatus::passed, TestStatus::passed}));
  for (int i = 0; i < 8; ++i)
    out.push_back(
        run_of(1 + i % 5, 100 + i, {TestStatus::passed, i % 2 == 0 ? TestStatus::failed : TestStatus::passed}));
  return out;
}

class Statistics : public testing::Test {
protected:
  void keep(const std::vector<record::HistoryRun>& runs, const std::string& more = "") const
  {
    std::string text = more;
    for (const auto& run : runs) text += to_json(run) + "\n";
    ASSERT_TRUE(file::write_atomic(run_dir.path("history.jsonl"), text));
  }
  record::Verdict judged(const std::vector<TestStatus>& statuses, const Policy& policy = Policy()) const
  {
    auto evidence = good();
    set_tests(evidence, statuses);
    evidence.history = read_history(run_dir, "midstream", "s", {"run-7"});
    return judge(evidence, policy, std::nullopt, "", k_now);
  }

  test::TestFolder folder;
  record::RunDir run_dir{folder.path()};
};

TEST_F(Statistics, SaysThatThereIsNoHistory)
{
  const auto verdict = judged({TestStatus::passed});
  EXPECT_EQ(verdict.verdict, VerdictWord::passed);
  EXPECT_TRUE(verdict.statistics.empty());
  EXPECT_THAT(verdict.lines, Contains(AllOf(Field(&record::VerdictLine::about, "history"),
                                            Field(&record::VerdictLine::text, HasSubstr("no earlier run")))));
}

TEST_F(Statistics, SaysBothRatesAndTheProbability)
{
  keep(got_worse());
  const auto verdict = judged({TestStatus::passed, TestStatus::failed});
  EXPECT_EQ(verdict.verdict, VerdictWord::failed);
  const auto row = std::ranges::find(verdict.statistics, "s/t1", &record::TestStatistic::id);
  ASSERT_NE(row, verdict.statistics.end()) << to_json(verdict.statistics);
  EXPECT_EQ(row->base_runs, 40);
  EXPECT_EQ(row->base_passes, 40);
  EXPECT_EQ(row->sample_runs, 9) << "the current run is in the sample";
  EXPECT_EQ(row->sample_passes, 4);
  EXPECT_EQ(row->state, "extreme-regression");
  EXPECT_LT(row->p_value, 0.001);
  EXPECT_THAT(row->text, AllOf(HasSubstr("40 of 40"), HasSubstr("4 of 9"), HasSubstr("p ")));
}

TEST_F(Statistics, RegressionBlocksOnlyWhenThePolicySaysSo)
{
  keep(got_worse());
  EXPECT_EQ(judged({TestStatus::passed, TestStatus::passed}).verdict, VerdictWord::passed);
  const auto policy = Policy::parse("schema_version: 1\nname: midstream\nsuites: [{match: '*', role: blocking}]\n"
                                    "statistics: {regressions: block}\n",
                                    "gate.yaml");
  ASSERT_TRUE(policy);
  const auto verdict = judged({TestStatus::passed, TestStatus::passed}, *policy);
  EXPECT_EQ(verdict.verdict, VerdictWord::failed);
  EXPECT_THAT(verdict.reasons.at(0).text, HasSubstr("regressed significantly: s/t1"));
}

TEST_F(Statistics, WithoutHistoryAGateThatNeedsItCannotTell)
{
  const auto policy = Policy::parse("schema_version: 1\nname: midstream\nsuites: [{match: '*', role: blocking}]\n"
                                    "statistics: {regressions: block}\n",
                                    "gate.yaml");
  ASSERT_TRUE(policy);
  EXPECT_EQ(judged({TestStatus::passed}, *policy).verdict, VerdictWord::error);
  keep({});
  EXPECT_EQ(judged({TestStatus::passed}, *policy).verdict, VerdictWord::passed) << "an empty history was read";
  keep({}, "no history\n");
  EXPECT_EQ(judged({TestStatus::passed}, *policy).verdict, VerdictWord::error) << "nothing of it can be read";
}

TEST_F(Statistics, OtherGatesSuitesAndTheSameRunAreLeftOut)
{
  auto runs = got_worse();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (i % 3 == 0) runs[i].gate = "other";
    if (i % 3 == 1) runs[i].suite = "other";
    if (i % 3 == 2) runs[i].run = "run-7";
  }
  keep(runs);
  EXPECT_EQ(read_history(run_dir, "midstream", "s", {"run-7"}).runs, 0);
}

TEST_F(Statistics, BrokenLinesAreSaidAndTheRestCounts)
{
  keep(got_worse(), "{\"run\":\n");
  const auto verdict = judged({TestStatus::passed, TestStatus::failed});
  EXPECT_FALSE(verdict.statistics.empty());
  EXPECT_THAT(verdict.lines,
              Contains(Field(&record::VerdictLine::text, HasSubstr("1 lines of history.jsonl cannot be read"))));
}

// --- Several runs as one ---

class Aggregate : public Statistics {
protected:
  // A run's folder with what judge_together reads.
  std::string make(int number, std::vector<TestStatus> statuses, VerdictWord word, const std::string& commit = "cafe")
  {
    const auto path = folder.path() / fmt::format("runs/{}", number);
    const record::RunDir one(path);
    auto evidence = good();
    set_tests(evidence, statuses);
    auto verdict = judge(evidence, Policy(), std::nullopt, "", k_now);
    verdict.run = fmt::format("together-{}", number);
    verdict.verdict = word;
    verdict.components.at(0).commit = commit;
    EXPECT_TRUE(one.store(verdict));
    EXPECT_TRUE(one.store(*evidence.results));
    return path.string();
  }
  Result<record::Verdict> together(const std::vector<std::string>& runs) const
  {
    return judge_together(runs, run_dir, Policy(), "all", k_now);
  }
  // `failed` of ten runs fail the second test.
  std::vector<std::string> ten(int failed)
  {
    std::vector<std::string> out;
    for (int i = 0; i < 10; ++i)
      out.push_back(i < failed ? make(i, {TestStatus::passed, TestStatus::failed}, VerdictWord::failed)
                               : make(i, {TestStatus::passed, TestStatus::passed}, VerdictWord::passed));
    return out;
  }
};

TEST_F(Aggregate, ForgivesWhatHistoryLetsExpect)
{
  keep(got_worse());
  const auto few = together(ten(2));
  ASSERT_TRUE(few) << few.error().text();
  EXPECT_EQ(few->verdict, VerdictWord::passed) << to_json(few->lines);
  EXPECT_EQ(few->counts.executed, 2);
  EXPECT_TRUE(few->proven_before && few->proven_after);
  const auto many = together(ten(8));
  ASSERT_TRUE(many);
  EXPECT_EQ(many->verdict, VerdictWord::failed) << to_json(many->lines);
  EXPECT_EQ(many->exit_code, 1);
  EXPECT_THAT(many->reasons.at(0).text, HasSubstr("1 of 2 tests passed too seldom in 10 runs: s/t1"));
}

TEST_F(Aggregate, ATestThatBreaksEachTimeHasFailed)
{
  std::vector<std::string> runs;
  for (int i = 0; i < 10; ++i) runs.push_back(make(i, {TestStatus::passed, TestStatus::error}, VerdictWord::failed));
  const auto verdict = together(runs);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->verdict, VerdictWord::failed) << to_json(*verdict);
  EXPECT_EQ(verdict->counts.failed, 1);
}

TEST_F(Aggregate, WhatWasNeverHeardOfIsAnError)
{
  std::vector<std::string> runs;
  for (int i = 0; i < 10; ++i) runs.push_back(make(i, {TestStatus::passed, TestStatus::missing}, VerdictWord::failed));
  const auto verdict = together(runs);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->verdict, VerdictWord::error);
  EXPECT_THAT(verdict->reasons.at(0).text, HasSubstr("1 planned tests were not heard of in any of the runs: s/t1"));
}

TEST_F(Aggregate, WhatIsMostlySkippedHasNotPassed)
{
  std::vector<std::string> runs;
  for (int i = 0; i < 10; ++i)
    runs.push_back(i < 4 ? make(i, {TestStatus::passed, TestStatus::failed}, VerdictWord::failed)
                         : make(i, {TestStatus::passed, TestStatus::skipped}, VerdictWord::passed));
  const auto verdict = together(runs);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->counts.passed, 1);
  EXPECT_EQ(verdict->counts.skipped, 1);
  EXPECT_THAT(verdict->lines, Contains(Field(&record::VerdictLine::text, HasSubstr("skipped 6 times and failed 4"))));
}

TEST_F(Aggregate, TooFewRunsThatCountAreAnError)
{
  auto runs = ten(0);
  for (int i = 0; i < 5; ++i) make(i, {TestStatus::passed, TestStatus::passed}, VerdictWord::error);
  const auto verdict = together(runs);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->verdict, VerdictWord::error);
  EXPECT_THAT(verdict->reasons.at(0).text, HasSubstr("5 of 10 runs count, and 6 are needed"));
}

TEST_F(Aggregate, RunsMustHaveTestedTheSame)
{
  auto runs = ten(0);
  make(3, {TestStatus::passed, TestStatus::passed}, VerdictWord::passed, "beef");
  EXPECT_EQ(together(runs).error().code, ErrorCode::bad_input);
  EXPECT_EQ(together({runs[0], runs[0]}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(together({runs[0], "/nowhere"}).error().code, ErrorCode::not_found);
}

} // namespace
} // namespace streamgate::evaluate
