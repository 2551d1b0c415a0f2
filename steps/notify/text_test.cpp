// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"
#include "base/utf8.hpp"
#include "notify/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace streamgate::notify {
namespace {

TEST(OneLine, FoldsWhatEndsALine)
{
  EXPECT_EQ(one_line("  a\r\n\tb\x1b[31mc\xE2\x80\xA8 d\xC2\x85 e \n", 100), "a b [31mc d e");
  EXPECT_EQ(one_line("/close\n/merge", 100), "/close /merge");
  EXPECT_EQ(one_line(" \n\t", 100), "");
}

TEST(OneLine, DropsMarksOfDirection)
{
  EXPECT_EQ(one_line("a\xE2\x80\xAE"
                     "fdp.exe\xE2\x81\xA9",
                     100),
            "afdp.exe");
}

TEST(OneLine, IsRedactedBeforeItIsCut)
{
  redact::remember("s3cret-of-this-test");
  EXPECT_EQ(one_line("it says s3cret-of-this-test", 18), "it says [redacted]");
  redact::forget_all();
}

TEST(OneLine, RepairsAndCutsBetweenCharacters)
{
  EXPECT_EQ(one_line("a\xFFz", 100), "a\xEF\xBF\xBDz");
  EXPECT_TRUE(utf8::valid(one_line("ééééééééé", 8)));
  EXPECT_LE(one_line("ééééééééé", 8).size(), 8U);
}

TEST(SlackText, EscapesThreeCharactersAndNoMore)
{
  EXPECT_EQ(slack_text("<!channel> & <@U1> *b* `c`", 100), "&lt;!channel&gt; &amp; &lt;@U1&gt; *b* `c`");
}

TEST(SlackText, NeverCutsAnEscape)
{
  for (std::size_t limit = 0; limit < 40; ++limit) {
    const auto out = slack_text("<<<<<<é&&&&", limit);
    EXPECT_LE(out.size(), limit);
    EXPECT_TRUE(utf8::valid(out)) << out;
    auto rest = out;
    for (const std::string_view escape : {"&lt;", "&amp;", "…", "é"}) {
      for (auto at = rest.find(escape); at != std::string::npos; at = rest.find(escape)) rest.erase(at, escape.size());
    }
    EXPECT_EQ(rest, "") << out;
  }
}

// A reader of code spans by CommonMark 6.1: the fence, then everything up to the same fence; one space is taken off on
// each side.
std::string read_span(const std::string& span)
{
  const auto fence = span.find_first_not_of('`');
  const auto end = span.size() - fence;
  auto inner = span.substr(fence, end - fence);
  for (std::size_t at = 0; at < inner.size();) {
    const auto run = inner.find_first_not_of('`', at) == std::string::npos ? inner.size() - at
                                                                           : inner.find_first_not_of('`', at) - at;
    if (run == fence) return "ends early";
    at += std::max<std::size_t>(run, 1);
  }
  if (inner.size() > 2 && inner.front() == ' ' && inner.back() == ' ') return inner.substr(1, inner.size() - 2);
  return inner;
}

TEST(CodeSpan, HoldsWhateverATestIsCalled)
{
  EXPECT_EQ(code_span("a"), "`a`");
  EXPECT_EQ(code_span("``` @all </code><script> | \\"), "```` ``` @all </code><script> | \\ ````");
  std::mt19937 random(1); // NOLINT: the same texts each time
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (auto length = random() % 12 + 1; length > 0; --length) text += "`` a|<@\\"[random() % 8];
    text = one_line(text, 100);
    if (text.empty()) continue;
    EXPECT_EQ(read_span(code_span(text)), text);
  }
}

} // namespace
} // namespace streamgate::notify
