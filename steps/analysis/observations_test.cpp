// SPDX-License-Identifier: Apache-2.0
#include "analysis/observations.hpp"
#include "analysis/test_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::analysis {
namespace {

using namespace std::chrono_literals;
using record::TestStatus;
using record::VerdictWord;
using test::failed;
using test::flaky;
using test::now;
using test::other;
using test::passed;
using test::run_at;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<Outcome> outcomes(const Observations& observations)
{
  std::vector<Outcome> out;
  for (const auto& one : observations) out.push_back(one.outcome);
  return out;
}

TEST(Observations, OnlyTestsThatRanCount)
{
  TestHistory history;
  EXPECT_EQ(history.add(run_at("r", now(),
                               {passed("s/a"), flaky("s/b"), failed("s/c"), other("s/d", TestStatus::error),
                                other("s/e", TestStatus::skipped), other("s/f", TestStatus::missing)})),
            Taken::yes);
  EXPECT_THAT(outcomes(history.test("s/a")), ElementsAre(Outcome::passed));
  EXPECT_THAT(outcomes(history.test("s/b")), ElementsAre(Outcome::flaky));
  EXPECT_THAT(outcomes(history.test("s/c")), ElementsAre(Outcome::failed));
  EXPECT_THAT(outcomes(history.test("s/d")), ElementsAre(Outcome::failed));
  EXPECT_EQ(history.tests().size(), 4U);
  EXPECT_THAT(history.test("s/e"), IsEmpty());
}

TEST(Observations, RunsThatCouldNotTellDoNotCount)
{
  TestHistory history;
  auto run = run_at("r", now(), {failed("s/a")});
  for (const auto word : {VerdictWord::error, VerdictWord::failed_and_error}) {
    run.verdict = word;
    EXPECT_EQ(history.add(run), Taken::no_word);
  }
  run.verdict = VerdictWord::failed;
  run.time = "yesterday";
  EXPECT_EQ(history.add(run), Taken::no_time);
  EXPECT_THAT(history.tests(), IsEmpty());
  EXPECT_EQ(history.add(run_at("r", now(), {failed("s/a")})), Taken::yes) << "what did not count took no name";
}

TEST(Observations, TheFirstOfARunStays)
{
  TestHistory history;
  EXPECT_EQ(history.add(run_at("r", now(), {failed("s/a")})), Taken::yes);
  EXPECT_EQ(history.add(run_at("r", now() - 1h, {passed("s/a")})), Taken::twice);
  EXPECT_THAT(outcomes(history.test("s/a")), ElementsAre(Outcome::failed));
  EXPECT_EQ(history.add(run_at("r2", now(), {passed("s/a"), failed("s/a")})), Taken::yes);
  EXPECT_THAT(outcomes(history.test("s/a")), ElementsAre(Outcome::failed, Outcome::passed));
}

TEST(Observations, RunsOutOfOrderAreInOrder)
{
  TestHistory history;
  history.add(run_at("newest", now(), {failed("s/a")}));
  history.add(run_at("oldest", now() - 48h, {passed("s/a")}));
  history.add(run_at("middle", now() - 24h, {flaky("s/a")}));
  EXPECT_THAT(outcomes(history.test("s/a")), ElementsAre(Outcome::passed, Outcome::flaky, Outcome::failed));
  EXPECT_EQ(history.run(history.test("s/a").at(1).run), "middle");
}

TEST(Observations, ASuiteIsAsGoodAsItsWorstTest)
{
  TestHistory history;
  history.add(run_at("1", now(), {passed("a/x"), passed("a/y"), failed("b/x"), flaky("b/y"), passed("name")}));
  history.add(run_at("2", now(), {flaky("a/x"), passed("a/y"), other("b/x", TestStatus::skipped)}));
  EXPECT_THAT(outcomes(history.suites().at("a")), ElementsAre(Outcome::passed, Outcome::flaky));
  EXPECT_THAT(outcomes(history.suites().at("b")), ElementsAre(Outcome::failed));
  EXPECT_THAT(outcomes(history.suites().at("name")), ElementsAre(Outcome::passed));
}

TEST(Observations, AWindowIsOpenAtItsStart)
{
  TestHistory history;
  history.add(run_at("before", now() - 24h, {passed("s/a")}));
  history.add(run_at("first", now() - 24h + 1ms, {flaky("s/a")}));
  history.add(run_at("last", now(), {failed("s/a")}));
  history.add(run_at("after", now() + 1ms, {failed("s/a")}));
  const Counts counts = count(history.test("s/a"), now() - 24h, now());
  EXPECT_EQ(counts.runs, 2);
  EXPECT_EQ(counts.passes, 0);
  EXPECT_EQ(counts.flakes, 1);
  EXPECT_EQ(counts.good(false), 1);
  EXPECT_EQ(counts.good(true), 0);
  EXPECT_EQ(count(history.test("s/a"), now(), now() - 24h).runs, 0) << "a window that ends before it starts";
}

} // namespace
} // namespace streamgate::analysis
