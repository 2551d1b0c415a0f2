// SPDX-License-Identifier: Apache-2.0
#include "analysis/wording.hpp"

#include <gtest/gtest.h>

namespace streamgate::analysis {
namespace {

using std::chrono::days;

TEST(Wording, RatesAreNotRoundedToAllOrNothing)
{
  EXPECT_EQ(say_rate(58, 60), "58 of 60 (97 %)");
  EXPECT_EQ(say_rate(60, 60), "60 of 60 (100 %)");
  EXPECT_EQ(say_rate(999, 1000), "999 of 1000 (99 %)");
  EXPECT_EQ(say_rate(1, 1000), "1 of 1000 (1 %)");
  EXPECT_EQ(say_rate(0, 3), "0 of 3 (0 %)");
}

TEST(Wording, PValues)
{
  EXPECT_EQ(say_p(0), "p < 0.0001");
  EXPECT_EQ(say_p(0.00021), "p = 0.0002");
  EXPECT_EQ(say_p(0.0497), "p = 0.0497");
  EXPECT_EQ(say_p(0.5), "p = 0.50");
  EXPECT_EQ(say_p(1), "p = 1.00");
}

TEST(Wording, WhatAPValueMeans)
{
  EXPECT_EQ(say_chance(0.00001, days(7)), "chance alone would do that in less than 1 of 10,000 weeks");
  EXPECT_EQ(say_chance(0.0003, days(7)), "chance alone would do that in 3 of 10,000 weeks");
  EXPECT_EQ(say_chance(0.0021, days(7)), "chance alone would do that in 2 of 1,000 weeks");
  EXPECT_EQ(say_chance(0.042, days(1)), "chance alone would do that in 4 of 100 days");
  EXPECT_EQ(say_chance(1, days(3)), "chance alone would do that in 100 of 100 windows of 3 days");
}

} // namespace
} // namespace streamgate::analysis
