// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/flake_rule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace streamgate::parse_junit {
namespace {

using record::TestResult;
using record::TestStatus;

TestResult row(TestStatus status, std::string message = "", bool flaky = false, std::int64_t attempts = 1)
{
  return {"s/a", "s", "a", status, attempts, 1, std::move(message), "", flaky};
}

TestResult settle(const std::vector<TestResult>& rows)
{
  FlakeRule rule;
  for (const auto& one : rows) rule.add(one);
  return rule.settled();
}

TEST(FlakeRule, APassAndAFailureAreAFlake)
{
  const auto out =
      settle({row(TestStatus::failed, "first"), row(TestStatus::error, "second"), row(TestStatus::passed)});
  EXPECT_EQ(out.status, TestStatus::passed);
  EXPECT_TRUE(out.flaky);
  EXPECT_EQ(out.attempts, 3);
  EXPECT_EQ(out.message, "first");
}

TEST(FlakeRule, FailuresAloneAreOneFailure)
{
  const auto out =
      settle({row(TestStatus::error, "e"), row(TestStatus::failed, "one"), row(TestStatus::failed, "two")});
  EXPECT_EQ(out.status, TestStatus::failed);
  EXPECT_FALSE(out.flaky);
  EXPECT_EQ(out.attempts, 3);
  EXPECT_EQ(out.message, "one");
  EXPECT_EQ(settle({row(TestStatus::error), row(TestStatus::error)}).status, TestStatus::error);
}

TEST(FlakeRule, ASkipSaysNothingBesideOthers)
{
  const auto passed = settle({row(TestStatus::skipped, "not here"), row(TestStatus::passed)});
  EXPECT_EQ(passed.status, TestStatus::passed);
  EXPECT_FALSE(passed.flaky);
  EXPECT_EQ(passed.attempts, 1);
  EXPECT_EQ(passed.message, "");
  const auto failed = settle({row(TestStatus::failed, "why"), row(TestStatus::skipped)});
  EXPECT_EQ(failed.status, TestStatus::failed);
  EXPECT_EQ(failed.attempts, 1);
  EXPECT_EQ(settle({row(TestStatus::skipped, "first"), row(TestStatus::skipped, "x")}).message, "first");
}

TEST(FlakeRule, MissingNeverWins)
{
  for (const auto other : {TestStatus::passed, TestStatus::failed, TestStatus::error, TestStatus::skipped}) {
    EXPECT_EQ(settle({row(TestStatus::missing, "", false, 0), row(other)}).status, other);
    EXPECT_EQ(settle({row(other), row(TestStatus::missing, "", false, 0)}).status, other);
  }
}

TEST(FlakeRule, ARowThatIsFlakyItselfCountsItsAttempts)
{
  const auto out = settle({row(TestStatus::passed), row(TestStatus::passed, "flaked", true, 3)});
  EXPECT_TRUE(out.flaky);
  EXPECT_EQ(out.attempts, 4);
  EXPECT_EQ(out.message, "flaked");
}

// All rows of up to four attempts, in all orders.
TEST(FlakeRule, DoesNotDependOnTheOrder)
{
  constexpr std::array k_all{TestStatus::passed, TestStatus::failed, TestStatus::error, TestStatus::skipped,
                             TestStatus::missing};
  std::vector<std::size_t> picks(4);
  for (std::size_t code = 0; code < 625; ++code) {
    auto rest = code;
    for (auto& pick : picks) {
      pick = rest % 5;
      rest /= 5;
    }
    if (!std::ranges::is_sorted(picks)) continue;
    std::vector<TestResult> rows;
    for (const auto pick : picks) rows.push_back(row(k_all.at(pick)));
    const auto first = settle(rows);
    do {
      rows.clear();
      for (const auto pick : picks) rows.push_back(row(k_all.at(pick)));
      const auto again = settle(rows);
      EXPECT_EQ(again.status, first.status);
      EXPECT_EQ(again.flaky, first.flaky);
      EXPECT_EQ(again.attempts, first.attempts);
    } while (std::ranges::next_permutation(picks).found);
  }
}

} // namespace
} // namespace streamgate::parse_junit
