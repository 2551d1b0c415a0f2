// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace streamgate {
namespace {

using namespace std::string_literals;

TEST(Utf8, KnowsWellFormedText)
{
  for (const auto& text : {""s, "plain"s, "\0 inside"s, "\xC3\xA9"s, "\xE2\x82\xAC"s, "\xED\x9F\xBF"s, "\xEE\x80\x80"s,
                           "\xF0\x9F\x99\x82"s, "\xF4\x8F\xBF\xBF"s}) {
    EXPECT_TRUE(utf8::valid(text)) << ::testing::PrintToString(text);
    EXPECT_EQ(utf8::repair(text), text);
  }
}

TEST(Utf8, RefusesAndRepairsEachMalformation)
{
  const auto mark = "\xEF\xBF\xBD"s;
  const std::array<std::pair<std::string, std::string>, 11> cases{{
      {"a\x80z", "a" + mark + "z"},                    // a continuation alone
      {"\xC3", mark},                                  // cut after the lead
      {"\xE2\x82", mark + mark},                       // cut in the third byte
      {"\xC0\xAF", mark + mark},                       // overlong, two bytes
      {"\xE0\x80\xAF", mark + mark + mark},            // overlong, three bytes
      {"\xF0\x80\x80\xAF", mark + mark + mark + mark}, // overlong, four bytes
      {"\xED\xA0\x80", mark + mark + mark},            // surrogate
      {"\xF4\x90\x80\x80", mark + mark + mark + mark}, // above U+10FFFF
      {"\xF5\x80\x80\x80", mark + mark + mark + mark}, // no such lead
      {"\xFF", mark},                                  // never in UTF-8
      {"\xC3(\xC3\xA9", mark + "(\xC3\xA9"},           // the next character is not lost
  }};
  for (const auto& [bad, good] : cases) {
    EXPECT_FALSE(utf8::valid(bad)) << ::testing::PrintToString(bad);
    EXPECT_EQ(utf8::repair(bad), good) << ::testing::PrintToString(bad);
    EXPECT_TRUE(utf8::valid(utf8::repair(bad)));
  }
}

TEST(Utf8, TruncatesBetweenCharactersWithinTheLimit)
{
  EXPECT_EQ(utf8::truncate("short", 5), "short");
  EXPECT_EQ(utf8::truncate("longer text", 8), "longe\xE2\x80\xA6");
  EXPECT_EQ(utf8::truncate("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 6), "\xC3\xA9\xE2\x80\xA6");
  EXPECT_EQ(utf8::truncate("abc", 3), "abc");
  EXPECT_EQ(utf8::truncate("abcd", 3), "\xE2\x80\xA6");
  EXPECT_EQ(utf8::truncate("abcd", 2), "ab");
  EXPECT_EQ(utf8::truncate("\xE2\x82\xAC", 2), "");
  EXPECT_EQ(utf8::truncate("abcd", 0), "");
}

TEST(Utf8, TruncationIsAlwaysWellFormedAndShortEnough)
{
  const auto text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82z\xF0\x9F\x99\x82"s;
  for (std::size_t limit = 0; limit <= text.size() + 1; ++limit) {
    const auto cut = utf8::truncate(text, limit);
    EXPECT_LE(cut.size(), limit);
    EXPECT_TRUE(utf8::valid(cut)) << limit;
  }
}

} // namespace
} // namespace streamgate
