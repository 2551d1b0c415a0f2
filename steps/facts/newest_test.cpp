// SPDX-License-Identifier: Apache-2.0
#include "facts/newest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace streamgate::facts {
namespace {

using testing::ElementsAre;

std::vector<std::string> values(const Newest<std::string>& newest)
{
  std::vector<std::string> out;
  newest.for_each([&](const std::string& nspace, const std::string& value) { out.push_back(nspace + "/" + value); });
  return out;
}

TEST(Newest, DropsTheOneThatWasTouchedLongestAgo)
{
  Newest<std::string> newest({.of_namespace = 2, .in_all = 100});
  newest.touch("n", "a") = "a";
  newest.touch("n", "b") = "b";
  EXPECT_EQ(newest.touch("n", "a"), "a");
  newest.touch("n", "c") = "c";
  EXPECT_THAT(values(newest), ElementsAre("n/a", "n/c"));
  EXPECT_EQ(newest.dropped(), 1U);
  EXPECT_EQ(newest.find("n", "b"), nullptr);
  EXPECT_EQ(newest.find("other", "a"), nullptr);
  ASSERT_NE(newest.find("n", "c"), nullptr);
  EXPECT_EQ(*newest.find("n", "c"), "c");
}

TEST(Newest, ANamespaceCannotCrowdOutTheOthers)
{
  Newest<std::string> newest({.of_namespace = 3, .in_all = 5});
  newest.touch("quiet", "a") = "a";
  for (int i = 0; i < 1000; ++i) newest.touch("loud", std::to_string(i)) = std::to_string(i);
  EXPECT_THAT(values(newest), ElementsAre("loud/997", "loud/998", "loud/999", "quiet/a"));
}

TEST(Newest, TheOldestOfAllGoesWhenAllIsFull)
{
  Newest<std::string> newest({.of_namespace = 3, .in_all = 3});
  for (const std::string nspace : {"d", "b", "c", "a"}) newest.touch(nspace, "k") = "v";
  EXPECT_THAT(values(newest), ElementsAre("a/v", "b/v", "c/v"));
  EXPECT_EQ(newest.size(), 3U);
}

// Whatever is touched: the bounds hold, and what was touched last is there.
TEST(Newest, KeepsItsPromisesForAnyOrder)
{
  Newest<int> newest({.of_namespace = 4, .in_all = 10});
  std::uint32_t random = 1;
  for (int i = 0; i < 20'000; ++i) {
    random = random * 1664525U + 1013904223U;
    const auto nspace = std::to_string(random >> 28U);
    const auto key = std::to_string((random >> 20U) & 15U);
    newest.touch(nspace, key) = i;
    ASSERT_LE(newest.size(), 10U);
    ASSERT_NE(newest.find(nspace, key), nullptr);
    ASSERT_EQ(*newest.find(nspace, key), i);
    std::size_t counted = 0;
    std::map<std::string, int> of_namespace;
    newest.for_each([&](const std::string& name, int) {
      ++counted;
      ASSERT_LE(++of_namespace[name], 4);
    });
    ASSERT_EQ(counted, newest.size());
  }
}

} // namespace
} // namespace streamgate::facts
