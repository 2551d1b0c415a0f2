// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/pair_sorter.hpp"
#include "support/test_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <random>

namespace streamgate::parse_junit {
namespace {

using Pair = PairSorter::Pair;

std::vector<Pair> sorted(PairSorter& sorter)
{
  std::vector<Pair> out;
  EXPECT_EQ(sorter.for_each([&](Pair pair) {
    out.push_back(pair);
    return 0;
  }),
            0);
  return out;
}

// In memory, one run and a bit, exactly full runs, many runs.
TEST(PairSorter, SortsAnyNumber)
{
  const test::TestFolder folder;
  constexpr std::size_t k_run = 64;
  for (const std::size_t size : {0U, 1U, 50U, 64U, 65U, 128U, 10000U}) {
    std::mt19937_64 random(size);
    PairSorter sorter(folder.path(), k_run);
    std::vector<Pair> all;
    for (std::size_t i = 0; i < size; ++i) all.push_back({random() % (size / 2 + 1), random()});
    for (const auto& pair : all) sorter.add(pair);
    std::ranges::sort(all);
    EXPECT_EQ(sorted(sorter), all) << size;
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(PairSorter, StopsWhenTheVisitorSaysSo)
{
  const test::TestFolder folder;
  for (const std::size_t size : {std::size_t{10}, std::size_t{300}}) {
    PairSorter sorter(folder.path(), 64);
    for (std::size_t i = 0; i < size; ++i) sorter.add({i, i});
    int seen = 0;
    EXPECT_EQ(sorter.for_each([&](Pair) { return ++seen == 3 ? 77 : 0; }), 77);
    EXPECT_EQ(seen, 3);
  }
}

TEST(PairSorter, TellsThatThereIsNoRoom)
{
  PairSorter sorter("/nowhere/at/all", 64);
  for (std::size_t i = 0; i < 200; ++i) sorter.add({i, i});
  EXPECT_EQ(sorter.for_each([](Pair) { return 0; }), ENOENT);
}

} // namespace
} // namespace streamgate::parse_junit
