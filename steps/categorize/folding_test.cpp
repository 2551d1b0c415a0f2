// SPDX-License-Identifier: Apache-2.0
#include "categorize/folding.hpp"
#include "categorize/patterns.hpp"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

namespace streamgate::categorize {
namespace {

TEST(Folding, TextKeepsItsLengthAndItsOtherLetters)
{
  const FoldedText text("OOMKilled: Ärger [Z@A] \xff");
  EXPECT_EQ(text.folded(), "oomkilled: Ärger [z@a] \xff");
  EXPECT_EQ(text.original(), "OOMKilled: Ärger [Z@A] \xff");
}

TEST(Folding, PlainPatternsAreMadeSmall)
{
  const std::vector<std::pair<std::string, std::string>> cases{
      {"OOMKilled", "oomkilled"},
      {R"(\bError\S+\D\W\B \[X\])", R"(\berror\S+\D\W\B \[x\])"},
      {"[A-Z][^B-D]?[]A]", "[a-z][^b-d]?[]a]"},
      {R"((?:A|B)[\]A-C\S-])", R"((?:a|b)[\]a-c\S-])"},
      {"", ""},
  };
  for (const auto& [pattern, expected] : cases) EXPECT_EQ(folded_pattern(pattern), expected);
}

TEST(Folding, WhatIsNotPlainIsLeftAlone)
{
  for (const char* pattern :
       {"[0-Z]", "[A-z]", "[5-^]", "[!-~]", "[z-Z]", "[[:upper:]]", R"(\pL)", R"(\x41)", R"(\QAb\E)", "(?s)A.B", "Ä",
        "[ä]", "(?P<name>A)", R"([A-\x5a])", "(?-i:A)", R"(A\z)", "[a", "a\\"}) {
    EXPECT_EQ(folded_pattern(pattern), std::nullopt) << pattern;
  }
}

TEST(Patterns, MayHaveRegardToCaseAmongOthersThatHaveNone)
{
  Patterns patterns;
  for (const char* pattern : {"(?-i:OOM)", "OOM", "Ä", "b"}) ASSERT_TRUE(patterns.add(pattern));
  ASSERT_TRUE(patterns.compile());
  const auto fitting = [&](const char* text) {
    std::vector<int> out;
    patterns.fitting(FoldedText(text), out);
    std::ranges::sort(out);
    return out;
  };
  EXPECT_EQ(fitting("an OOM"), (std::vector{0, 1}));
  EXPECT_EQ(fitting("an Oom, B"), (std::vector{1, 3}));
  EXPECT_EQ(fitting("ä"), std::vector{2});
  EXPECT_EQ(patterns.find(1, FoldedText("an Oom")), "Oom");
  EXPECT_EQ(patterns.find(0, FoldedText("oom OOM")), "OOM");
}

// RE2 without regard to case is the measure; patterns of any shape, most of them good.
TEST(FoldingProperty, FindsWhatRe2FindsWithoutRegardToCase)
{
  constexpr int k_patterns = 4000;
  const std::vector<std::string> parts{
      "A",     "b",     "Z",  "[A-C]", "[^a-c]",    "[0-Z]", "[5-^]",  "[a-~]",       "[A-z]", "\\S",
      "\\W",   "\\b",   ".",  "\\n",   "(A|c)",     "(?:B)", "(?s:.)", "[[:upper:]]", "\\pL",  "Ä",
      "[Ä-Ü]", "*",     "+?", "{2}",   "^",         "$",     "|",      "(",           ")",     "[",
      "]",     "\\x41", "-",  "\\.",   "\\Qa.B\\E", "[]A]",  "[\\WA]", "[A-\\x5a]",   "(?i)",  "\\"};
  const std::vector<std::string> letters{"a", "A", "b", "B", "c", "C",  "z", "Z", "ä",
                                         "Ä", ".", "_", "-", " ", "\n", "]", "1"};
  std::mt19937 random(7);
  const auto some = [&](const std::vector<std::string>& from, unsigned most) {
    std::string out;
    for (auto count = random() % most; count > 0; --count) out += from[random() % from.size()];
    return out;
  };
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  int good = 0;
  for (int i = 0; i < k_patterns; ++i) {
    const auto pattern = some(parts, 7);
    const RE2 reference(pattern, options);
    Patterns patterns;
    const auto added = patterns.add(pattern);
    ASSERT_EQ(added.has_value(), reference.ok()) << pattern;
    if (!added) continue;
    ASSERT_TRUE(patterns.compile());
    ++good;
    for (int k = 0; k < 5; ++k) {
      const auto text = some(letters, 9);
      const FoldedText folded(text);
      std::vector<int> fitting;
      patterns.fitting(folded, fitting);
      re2::StringPiece found;
      const bool expected = reference.Match(text, 0, text.size(), RE2::UNANCHORED, &found, 1);
      ASSERT_EQ(!fitting.empty(), expected) << pattern << " on " << text;
      if (!expected) continue;
      ASSERT_EQ(patterns.find(0, folded), std::string(found)) << pattern << " on " << text;
    }
  }
  EXPECT_GT(good, k_patterns / 2);
}

} // namespace
} // namespace streamgate::categorize
