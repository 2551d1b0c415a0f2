// SPDX-License-Identifier: Apache-2.0
#include "base/edit_distance.hpp"

#include <gtest/gtest.h>

namespace streamgate {
namespace {

using Names = std::vector<std::string>;

TEST(EditDistance, CountsInsertionsDeletionsAndReplacements)
{
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
  EXPECT_EQ(edit_distance("ab", "ba"), 2U);
}

TEST(NearestOf, FindsASlip)
{
  EXPECT_EQ(nearest_of("--rundir", {"--result", "--run-dir"}), "--run-dir");
  EXPECT_EQ(nearest_of("pipelin", {"pipeline", "triggers"}), "pipeline");
}

TEST(NearestOf, GivesNothingWhenNothingIsNear)
{
  EXPECT_EQ(nearest_of("--zebra", {"--run-dir", "--result"}), "");
  EXPECT_EQ(nearest_of("x", {}), "");
  EXPECT_EQ(nearest_of("", {"abcdef"}), "");
}

TEST(NearestOf, ALongerNameWithTheSameBeginningDoesNotHideTheSlip)
{
  EXPECT_EQ(nearest_of("--log", {"--log-format-of-lines", "--lag"}), "--lag");
}

TEST(NearestOf, ChoosesTheSameOneEveryTime)
{
  EXPECT_EQ(nearest_of("abc", {"abd", "abb"}), "abb");
}

TEST(NearOnes, ThoseWithTheSameBeginningComeFirst)
{
  EXPECT_EQ(near_ones("v1.9", {"v0.9", "v1.9.2", "release", "v1.9.1"}, 3), (Names{"v1.9.1", "v1.9.2", "v0.9"}));
}

TEST(NearOnes, GivesAtMostSoMany)
{
  EXPECT_EQ(near_ones("v1", {"v1.1", "v1.2", "v1.3"}, 2), (Names{"v1.1", "v1.2"}));
  EXPECT_EQ(near_ones("v1", {"v1.1"}, 0), Names{});
  EXPECT_EQ(near_ones("something", {"else"}, 5), Names{});
}

} // namespace
} // namespace streamgate
