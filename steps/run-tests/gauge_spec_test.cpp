// SPDX-License-Identifier: Apache-2.0
#include "gauge_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::run_tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> headings(const Spec& spec)
{
  std::vector<std::string> out;
  for (const auto& scenario : spec.scenarios) out.push_back(scenario.heading);
  return out;
}

TEST(SpecFile, has_headings_and_tags_of_both_forms)
{
  const auto spec =
      parse_spec("# Tasks \ntags: smoke, all\n\nA comment.\n* context\n\n## First  one\nTags : fast\n* step\n\n"
                 "Second one\n----------\n* step\n## Third\n");
  EXPECT_EQ(spec.heading, "Tasks");
  EXPECT_THAT(spec.tags, ElementsAre("smoke", "all"));
  EXPECT_THAT(headings(spec), ElementsAre("First  one", "Second one", "Third"));
  EXPECT_EQ(spec.scenarios[0].line, 7);
  EXPECT_EQ(spec.scenarios[1].line, 11);
  EXPECT_EQ(spec.scenarios[2].line, 14);
  EXPECT_THAT(spec.scenarios[0].tags, ElementsAre("fast"));
  EXPECT_THAT(spec.scenarios[1].tags, IsEmpty());
}

TEST(SpecFile, may_have_its_heading_underlined_and_windows_line_ends)
{
  const auto spec = parse_spec("\xef\xbb\xbfTasks\r\n=====\r\n\r\n## One\r\ntags: a\r\n* step\r\n");
  EXPECT_EQ(spec.heading, "Tasks");
  EXPECT_THAT(headings(spec), ElementsAre("One"));
  EXPECT_THAT(spec.scenarios[0].tags, ElementsAre("a"));
}

TEST(SpecFile, tags_go_on_behind_a_comma)
{
  const auto spec = parse_spec("# S\ntags: a,\n b c,\n d\nno tag\n## One\ntags: x,\n\nnot a tag\n* step\n");
  EXPECT_THAT(spec.tags, ElementsAre("a", "b c", "d"));
  EXPECT_THAT(spec.scenarios[0].tags, ElementsAre("x"));
}

TEST(SpecFile, what_only_looks_like_a_heading_is_none)
{
  const auto spec = parse_spec("# S\n### deeper\n\n---\n\n   |name|\n   |----|\n   |a|\n---\n\n## One\n* step\n---\n* "
                               "text\n\"\"\"\n## inside\n\"\"\"\n____\n* teardown\n");
  EXPECT_THAT(headings(spec), ElementsAre("One"));
}

TEST(SpecFile, nothing_is_an_empty_spec)
{
  EXPECT_EQ(parse_spec("").heading, "");
  EXPECT_THAT(parse_spec("\n\n").scenarios, IsEmpty());
}

bool chosen(std::string_view expression, const std::vector<std::string>& tags,
            CaseSensitive sensitive = CaseSensitive::no)
{
  auto parsed = TagExpression::parse(expression, sensitive);
  if (!parsed) ADD_FAILURE() << expression << ": " << parsed.error().text();
  return parsed && parsed->matches(tags);
}

TEST(Tags, are_joined_by_and_or_not_and_parentheses)
{
  EXPECT_TRUE(chosen("", {}));
  EXPECT_TRUE(chosen("a", {"a", "b"}));
  EXPECT_FALSE(chosen("a", {"ab"}));
  EXPECT_TRUE(chosen("a & b", {"a", "b"}));
  EXPECT_TRUE(chosen("a && b", {"a", "b"}));
  EXPECT_TRUE(chosen("a, b", {"a", "b"}));
  EXPECT_FALSE(chosen("a, b", {"a"}));
  EXPECT_TRUE(chosen("a | b", {"b"}));
  EXPECT_TRUE(chosen("a || b", {"b"}));
  EXPECT_TRUE(chosen("!a", {"b"}));
  EXPECT_FALSE(chosen("!a", {"a"}));
  EXPECT_TRUE(chosen("!!a", {"a"}));
  EXPECT_TRUE(chosen("a | b & c", {"a"}));
  EXPECT_FALSE(chosen("(a | b) & c", {"a"}));
  EXPECT_TRUE(chosen("!(a & b)", {"a"}));
  EXPECT_TRUE(chosen("a & !(b | c)", {"a", "d"}));
  EXPECT_FALSE(chosen("a & !(b | c)", {"a", "c"}));
}

TEST(Tags, forget_case_and_blanks_unless_told)
{
  EXPECT_TRUE(chosen("Smoke Test", {"smoke test"}));
  EXPECT_TRUE(chosen("smoketest", {"Smoke Test"}));
  EXPECT_FALSE(chosen("Smoke", {"smoke"}, CaseSensitive::yes));
  EXPECT_TRUE(chosen("Smoke", {"Smoke"}, CaseSensitive::yes));
}

TEST(Tags, malformed_expressions_are_refused)
{
  for (const std::string text : {"&", "a &", "| a", "(a", "a)", "a | | | b &", "!", "()", "a !b"}) {
    const auto parsed = TagExpression::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::bad_input);
    EXPECT_THAT(parsed.error().text(), HasSubstr(text));
  }
  EXPECT_FALSE(TagExpression::parse(std::string(100'000, '(')));
  EXPECT_FALSE(TagExpression::parse(std::string(100'000, '!')));
}

} // namespace
} // namespace streamgate::run_tests
