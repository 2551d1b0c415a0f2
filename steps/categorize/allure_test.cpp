// SPDX-License-Identifier: Apache-2.0
#include "categorize/allure.hpp"
#include "categorize/java_regex.hpp"
#include "categorize/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

namespace streamgate::categorize {
namespace {

using record::TestStatus;
using testing::ElementsAre;
using testing::HasSubstr;

struct Fit {
  const char* java;
  std::vector<std::string> fits;
  std::vector<std::string> not_fits;
};

TEST(JavaRegex, FitsTheWholeTextAsJavaDoes)
{
  const std::vector<Fit> cases{
      {".*refused.*", {"refused", "a\nrefused\nb"}, {"Refused"}},
      {"a|b", {"a", "b"}, {"ab", "xa"}},
      {"(?i)oom", {"OOM"}, {"OOMs"}},
      {"^a$", {"a"}, {"a\n"}},
      {"\\Qa.b[\\E+", {"a.b[", "a.b[["}, {"axb["}},
      {"\\Qé_1 -", {"é_1 -"}, {"e"}},
      {"(?<name>x)y", {"xy"}, {"x"}},
      {"\\u0041\\x42\\0103\\x{44}", {"ABCD"}, {"abcd"}},
      {"[]a]+", {"]a"}, {"b"}},
      {"[^]a]+", {"b"}, {"]"}},
      {"\\h[\\h]\\v[\\v]\\s", {" \t\n\r\x0b"}, {"abcde"}},
      {"\\p{Alpha}[\\p{Digit}]\\P{Punct}\\p{L}\\pL\\p{IsGreek}", {"a1béüα"}, {"a1béüa"}},
      {"a{2}b{1,}?c+?", {"aabc"}, {"abc"}},
      {"\\e\\.", {"\x1b."}, {"e."}},
      {"x\\*+", {"x**"}, {"x"}},
  };
  for (const auto& one : cases) {
    const auto pattern = from_java_regex(one.java);
    ASSERT_TRUE(pattern) << one.java << ": " << pattern.error().text();
    RE2::Options options;
    options.set_case_sensitive(false);
    const RE2 re2(*pattern, options);
    ASSERT_TRUE(re2.ok()) << *pattern << ": " << re2.error();
    for (const auto& text : one.fits) EXPECT_TRUE(RE2::PartialMatch(text, re2)) << *pattern << " on " << text;
    for (const auto& text : one.not_fits) EXPECT_FALSE(RE2::PartialMatch(text, re2)) << *pattern << " on " << text;
  }
}

TEST(JavaRegex, RefusesWhatRe2CannotDo)
{
  const std::vector<std::pair<const char*, const char*>> cases{
      {"(?=a)", "lookahead"},      {"x(?!a)", "lookahead"},   {"(?<=a)b", "lookbehind"},     {"(?<!a)b", "lookbehind"},
      {"(?>a)", "atomic groups"},  {"(a)\\1", "back ref"},    {"(?<n>a)\\k<n>", "back ref"}, {"a*+", "possessive"},
      {"a++", "possessive"},       {"a{2}+", "possessive"},   {"[a&&b]", "intersection"},    {"[a[b]]", "class within"},
      {"\\", "escape of nothing"}, {"\\0", "without digits"}, {"\\u12", "four digits"}};
  for (const auto& [java, why] : cases) {
    const auto pattern = from_java_regex(java);
    ASSERT_FALSE(pattern) << java << " gave " << *pattern;
    EXPECT_THAT(pattern.error().message, HasSubstr(why)) << java;
  }
}

record::TestResult failed(TestStatus status, std::string message, std::string detail = {})
{
  record::TestResult out;
  out.id = "s/t";
  out.status = status;
  out.message = std::move(message);
  out.detail = std::move(detail);
  return out;
}

TEST(Allure, CategoriesBecomeRulesInTheirOrder)
{
  auto allure = parse_allure(R"([
    {"name": "Skipped ones", "matchedStatuses": ["skipped", "passed"]},
    {"name": "Flaky ones", "flaky": true},
    {"name": "API: no answer!", "messageRegex": ".*timeout.*", "description": "ask the API's people", "descriptionHtml": "<b>x</b>"},
    {"name": "api no answer", "traceRegex": ".*at Client\\.java.*", "matchedStatuses": ["broken"], "messageRegex": null},
    {"name": "Not heard of", "matchedStatuses": ["unknown"]}
  ])",
                             "categories.json");
  ASSERT_TRUE(allure) << allure.error().text();
  EXPECT_THAT(allure->left_out, ElementsAre("Skipped ones", "Flaky ones"));
  const auto rules = Rules::make(std::move(allure->config), "categories.json");
  ASSERT_TRUE(rules) << rules.error().text();
  const auto first = rules->judge(failed(TestStatus::failed, "a\ntimeout"));
  EXPECT_EQ(first.category, "api-no-answer");
  EXPECT_EQ(first.title, "API: no answer!");
  EXPECT_EQ(first.next_step, "ask the API's people");
  EXPECT_EQ(rules->judge(failed(TestStatus::error, "x", "1\nat Client.java:1\n2")).category, "api-no-answer-2");
  EXPECT_EQ(rules->judge(failed(TestStatus::failed, "x", "at Client.java:1")).category, "unknown");
  EXPECT_EQ(rules->judge(failed(TestStatus::missing, "x")).category, "not-heard-of");
}

TEST(Allure, IsRefusedWithTheCategorysName)
{
  const auto why = [](std::string_view text) {
    auto allure = parse_allure(text, "c.json");
    if (!allure) return allure.error().text();
    const auto rules = Rules::make(std::move(allure->config), "c.json");
    return rules ? "accepted" : rules.error().text();
  };
  EXPECT_THAT(why("{}"), HasSubstr("c.json: / is not an array"));
  EXPECT_THAT(why(R"json([{"messageRegex": "a"}])json"), HasSubstr("it has no name"));
  EXPECT_THAT(why(R"json([{"name": "A", "messageRegex": "a(?!b)"}])json"),
              HasSubstr("category 'A': messageRegex: RE2 has no lookahead"));
  EXPECT_THAT(why(R"json([{"name": "A", "traceRegex": "(a"}])json"),
              HasSubstr("rule 'a': its detail: not a pattern of RE2"));
  EXPECT_THAT(why(R"json([{"name": "A", "matchedStatuses": ["odd"]}])json"), HasSubstr("'odd' is no status of Allure"));
}

} // namespace
} // namespace streamgate::categorize
