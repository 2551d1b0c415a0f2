// SPDX-License-Identifier: Apache-2.0
#include "analysis/aggregate.hpp"
#include "analysis/test_support.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace streamgate::analysis {
namespace {

using namespace std::chrono_literals;
using test::failed;
using test::flaky;
using test::now;
using test::other;
using test::passed;
using test::run_at;

// One row for each number of attempts, made by exact arithmetic: tests/fixtures/statistics/generate.py.
std::vector<std::vector<std::int64_t>> reference()
{
  std::ifstream in(STREAMGATE_SOURCE_DIR "/tests/fixtures/statistics/required-passes.tsv");
  std::vector<std::vector<std::int64_t>> out;
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    out.emplace_back();
    for (std::int64_t cell = 0; cells >> cell;) out.back().push_back(cell);
  }
  return out;
}

TEST(RequiredPasses, AgreeWithExactArithmetic)
{
  const auto rows = reference();
  ASSERT_EQ(rows.size(), 21U);
  for (std::size_t attempts = 0; attempts < rows.size(); ++attempts) {
    ASSERT_EQ(rows[attempts].size(), 101U);
    for (std::size_t rate = 0; rate <= 100; ++rate) {
      EXPECT_EQ(required_passes(static_cast<std::int64_t>(attempts), static_cast<std::int64_t>(rate)),
                rows[attempts][rate])
          << attempts << " attempts, " << rate << " %";
    }
  }
}

// Some numbers of ci-tools's table for ten attempts.
TEST(RequiredPasses, AreThoseOfCiTools)
{
  for (const auto& [rate, required] : std::vector<std::pair<int, int>>{{40, 0},
                                                                       {41, 1},
                                                                       {52, 2},
                                                                       {62, 3},
                                                                       {70, 3},
                                                                       {71, 4},
                                                                       {79, 5},
                                                                       {86, 6},
                                                                       {92, 7},
                                                                       {97, 7},
                                                                       {98, 8},
                                                                       {99, 8},
                                                                       {100, 9}}) {
    EXPECT_EQ(required_passes(10, rate), required) << rate;
  }
}

TEST(RequiredPasses, GrowWithTheRateAndStayBelowTheAttempts)
{
  for (std::int64_t attempts = 0; attempts <= 100; ++attempts) {
    std::int64_t before = 0;
    for (std::int64_t rate = 0; rate <= 100; ++rate) {
      const auto required = required_passes(attempts, rate);
      EXPECT_GE(required, before);
      EXPECT_LE(required, std::max<std::int64_t>(0, attempts - 1));
      before = required;
    }
  }
}

struct Case {
  const char* name;
  std::int64_t passes;
  std::int64_t failures;
  std::int64_t skips;
  std::int64_t rate;
  AggregateState state;
  const char* text;
};

class AggregateOne : public ::testing::TestWithParam<Case> {};

TEST_P(AggregateOne, SaysWhatIsSo)
{
  const auto& [name, passes, failures, skips, rate, state, text] = GetParam();
  const auto out = aggregate_one("s/a", passes, failures, skips, rate, {});
  EXPECT_EQ(name_of(out.state), name_of(state));
  EXPECT_EQ(out.text, text);
}

INSTANTIATE_TEST_SUITE_P(
    Golden, AggregateOne,
    ::testing::Values(
        Case{"enough", 9, 1, 0, 99, AggregateState::passed, "passed 9 of 10 (90 %): 8 are asked for, with 99 % before"},
        Case{"just_not", 7, 3, 0, 99, AggregateState::failed,
             "passed 7 of 10 (70 %): 8 are asked for, with 99 % before"},
        Case{"pity", 8, 2, 0, 100, AggregateState::passed,
             "passed 8 of 10 (80 %): 8 are asked for, with 100 % before (9 but for the 2 failures that are forgiven)"},
        Case{"low_base", 1, 9, 0, 45, AggregateState::passed,
             "passed 1 of 10 (10 %): 1 are asked for, with 45 % before"},
        Case{"never", 0, 10, 0, 20, AggregateState::never_passed,
             "passed 0 of 10 (0 %): at least one pass is asked for"},
        Case{"few", 5, 0, 0, 20, AggregateState::too_few_attempts,
             "passed 5 of 5 (100 %): at least 6 attempts are asked for"},
        Case{"skipped", 0, 2, 8, 99, AggregateState::skipped,
             "was skipped 8 times and failed 2 times: it is probably meant to be skipped"},
        Case{"not_run", 0, 0, 10, 99, AggregateState::did_not_run, "did not run"}),
    [](const auto& of) { return of.param.name; });

TEST(Aggregate, TenRunsAgainstTheBase)
{
  TestHistory history;
  for (int i = 0; i < 100; ++i) {
    history.add(run_at(fmt::format("base-{}", i), now() - 10 * 24h - i * 1h,
                       {passed("s/good"), i % 10 == 0 ? failed("s/often") : passed("s/often")}));
  }
  history.add(run_at("sample", now() - 24h, {failed("s/good"), failed("s/often")})); // no base
  std::vector<record::HistoryRun> runs;
  for (int i = 0; i < 10; ++i) {
    const bool bad = i < 3;
    runs.push_back(run_at(fmt::format("job-{}", i), now(),
                          {bad ? failed("s/good") : passed("s/good"), bad ? failed("s/often") : flaky("s/often"),
                           bad ? failed("s/new") : passed("s/new"), other("s/gone", record::TestStatus::skipped),
                           other("s/odd", record::TestStatus::error)}));
  }
  auto broken_off = run_at("job-10", now(), {failed("s/often")});
  broken_off.verdict = record::VerdictWord::error;
  runs.push_back(broken_off);

  const auto by_history = aggregate(runs, &history, now(), {}, {});
  ASSERT_EQ(by_history.size(), 5U);
  const auto expect = [](const AggregatedTest& one, const char* id, std::int64_t rate, std::int64_t required,
                         AggregateState state) {
    EXPECT_EQ(one.id, id);
    EXPECT_EQ(one.base_rate, rate) << id;
    EXPECT_EQ(one.required, required) << id;
    EXPECT_EQ(name_of(one.state), name_of(state)) << id;
  };
  expect(by_history[0], "s/gone", 70, 0, AggregateState::did_not_run);
  expect(by_history[1], "s/good", 100, 8, AggregateState::failed);
  expect(by_history[2], "s/new", 70, 3, AggregateState::passed);
  expect(by_history[3], "s/odd", 70, 3, AggregateState::never_passed);
  expect(by_history[4], "s/often", 90, 6, AggregateState::passed);
  EXPECT_EQ(by_history[4].failures, 3) << "the run that broke off does not count";

  const auto unread = aggregate(runs, nullptr, now(), {}, {});
  expect(unread[2], "s/new", 99, 8, AggregateState::failed);
  expect(unread[4], "s/often", 99, 8, AggregateState::failed);
}

} // namespace
} // namespace streamgate::analysis
