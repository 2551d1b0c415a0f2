// SPDX-License-Identifier: Apache-2.0
#include "watchdog.hpp"

#include <gtest/gtest.h>

namespace streamgate::run_tests {
namespace {

constexpr auto k_longest_wait = std::chrono::seconds(20);

TEST(Watchdog, requests_when_nothing_is_heard_for_too_long)
{
  const Cancel outer;
  const Watchdog watchdog(outer, Duration(20));
  EXPECT_EQ(watchdog.token().sleep(k_longest_wait).error().code, ErrorCode::cancelled);
  EXPECT_TRUE(watchdog.barked());
}

TEST(Watchdog, passes_a_cancellation_on)
{
  Cancel outer;
  const Watchdog watchdog(outer, std::chrono::hours(1));
  outer.request();
  EXPECT_FALSE(watchdog.token().sleep(k_longest_wait));
  EXPECT_FALSE(watchdog.barked());
}

TEST(Watchdog, a_limit_of_nothing_watches_nothing)
{
  Cancel outer;
  const Watchdog watchdog(outer, Duration(0));
  EXPECT_TRUE(watchdog.token().sleep(Duration(50)));
  outer.request();
  EXPECT_FALSE(watchdog.token().sleep(k_longest_wait));
  EXPECT_FALSE(watchdog.barked());
}

TEST(Watchdog, starts_anew_when_fed)
{
  const Cancel outer;
  Watchdog watchdog(outer, std::chrono::seconds(2));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(watchdog.token().sleep(std::chrono::seconds(1)));
  watchdog.feed();
  EXPECT_FALSE(watchdog.token().sleep(k_longest_wait));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(2900));
}

} // namespace
} // namespace streamgate::run_tests
