// SPDX-License-Identifier: Apache-2.0
#include "analysis/near.hpp"
#include "base/edit_distance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace streamgate::analysis {
namespace {

std::vector<std::uint32_t> letters(std::string_view text)
{
  return {text.begin(), text.end()};
}

TEST(BoundedDistance, IsTheEditDistanceUpToTheLimit)
{
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string a;
    std::string b;
    for (auto length = random() % 20; length > 0; --length) a += static_cast<char>('a' + random() % 3);
    b = a;
    for (auto edits = random() % 8; edits > 0; --edits) {
      const auto at = random() % (b.size() + 1);
      if (random() % 2 == 0) b.insert(b.begin() + static_cast<std::ptrdiff_t>(at), 'd');
      else if (at < b.size()) b.erase(at, 1);
    }
    const std::size_t limit = random() % 10;
    EXPECT_EQ(bounded_distance(letters(a), letters(b), limit), std::min(edit_distance(a, b), limit + 1))
        << a << ' ' << b;
  }
}

// "w0 w1 w2 ..." without the words left out.
std::vector<std::string> words(int from, int to)
{
  std::vector<std::string> out;
  for (int i = from; i < to; ++i) out.push_back("w" + std::to_string(i));
  return out;
}

Words text(const std::vector<std::string>& all)
{
  return Words(std::vector<std::string_view>(all.begin(), all.end()));
}

class Near : public testing::Test {
protected:
  void add(const std::vector<std::string>& all)
  {
    index.count(text(all));
    index.add(text(all));
  }
  NearIndex index{3};
};

TEST_F(Near, ATextWithAFewWordsMoreOrFewerIsFound)
{
  add(words(0, 100));
  add(words(1000, 1100));
  EXPECT_EQ(index.find(text(words(1000, 1100))), 1U);
  EXPECT_EQ(index.find(text(words(1000, 1109))), 1U);
  EXPECT_EQ(index.find(text(words(5, 100))), 0U);
  EXPECT_EQ(index.find(text(words(0, 120))), std::nullopt);
}

TEST_F(Near, AnotherWordSaysAnotherThing)
{
  add(words(0, 100));
  auto other = words(0, 100);
  other[50] = "Pipeline";
  EXPECT_EQ(index.find(text(other)), std::nullopt);
  std::ranges::reverse(other);
  other[49] = "w50";
  EXPECT_EQ(index.find(text(other)), std::nullopt) << "the same words in another order";
}

TEST_F(Near, TheNearestIsTaken)
{
  add(words(0, 100));
  add(words(0, 95));
  add(words(0, 98));
  EXPECT_EQ(index.find(text(words(0, 97))), 2U);
}

} // namespace
} // namespace streamgate::analysis
