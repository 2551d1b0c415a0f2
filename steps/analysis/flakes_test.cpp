// SPDX-License-Identifier: Apache-2.0
#include "analysis/flakes.hpp"
#include "analysis/test_support.hpp"

#include <gtest/gtest.h>

namespace streamgate::analysis {
namespace {

using namespace std::chrono_literals;
using test::failed;
using test::flaky;
using test::now;
using test::other;
using test::passed;
using test::run_at;

// One run a day, the last of them now: p passed, f failed, ~ flaky, s skipped.
TestHistory days_of(const std::string& outcomes)
{
  TestHistory out;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    auto one = passed("s/a");
    if (outcomes[i] == 'f') one = failed("s/a");
    if (outcomes[i] == '~') one = flaky("s/a");
    if (outcomes[i] == 's') one = other("s/a", record::TestStatus::skipped);
    const auto ago = static_cast<std::int64_t>(outcomes.size() - 1 - i);
    out.add(run_at("run-" + std::to_string(i + 1), now() - ago * 24h, {one}));
  }
  return out;
}

TEST(Flakes, RateIsOfTheRunsOfTheWindow)
{
  const auto history = days_of("~~~ppp~f");
  const auto rate = flake_rate(history.test("s/a"), now(), std::chrono::days(5));
  EXPECT_EQ(rate.runs, 5);
  EXPECT_EQ(rate.flaky, 1);
  EXPECT_DOUBLE_EQ(rate.rate(), 0.2);
  EXPECT_EQ(flake_rate(history.test("s/none"), now()).rate(), 0);
}

TEST(Flakes, BrokenSinceTheFirstBadRunAfterTheLastGoodOne)
{
  const auto history = days_of("fpfppsfsff");
  const auto out = broken(history, "s/a", now());
  ASSERT_TRUE(out);
  EXPECT_EQ(out->runs, 3);
  EXPECT_EQ(out->since_run, "run-7");
  EXPECT_EQ(out->since, now() - 3 * 24h);
  EXPECT_EQ(out->last_good, "run-5");
  EXPECT_EQ(out->text, "failed in each of its last 3 runs, since run-7 of 2026-03-28; the last good run was run-5");
  EXPECT_FALSE(broken(history, "s/a", now(), 4));
}

TEST(Flakes, BrokenIsNotFlaky)
{
  EXPECT_FALSE(broken(days_of("ff~ff"), "s/a", now())) << "a flaky pass is a pass";
  EXPECT_FALSE(broken(days_of("ffffp"), "s/a", now()));
  EXPECT_FALSE(broken(days_of("ff"), "s/a", now())) << "too few runs to tell";
  EXPECT_FALSE(broken(days_of(""), "s/a", now()));
}

TEST(Flakes, BrokenFromItsFirstRun)
{
  const auto out = broken(days_of("fff"), "s/a", now());
  ASSERT_TRUE(out);
  EXPECT_EQ(out->last_good, "");
  EXPECT_EQ(out->text, "failed in each of its last 3 runs, since run-1 of 2026-03-29");
}

TEST(Flakes, RunsOfAClockThatIsAheadAreNotSeen)
{
  auto history = days_of("pfff");
  history.add(run_at("ahead", now() + 24h, {passed("s/a")}));
  EXPECT_TRUE(broken(history, "s/a", now()));
  EXPECT_FALSE(broken(history, "s/a", now() + 24h));
}

} // namespace
} // namespace streamgate::analysis
