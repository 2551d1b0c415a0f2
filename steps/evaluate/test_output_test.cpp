// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"
#include "evaluate/judge.hpp"
#include "evaluate/markdown.hpp"
#include "evaluate/test_evidence.hpp"
#include "evaluate/test_output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

namespace streamgate::evaluate {
namespace {

using record::TestStatus;
using record::VerdictWord;
using testing::HasSubstr;
using testing::Not;
using namespace test_support;

record::Verdict verdict_of(const std::vector<TestStatus>& statuses)
{
  auto evidence = good();
  set_tests(evidence, statuses);
  return judge(evidence, Policy(), std::nullopt, "", *parse_rfc3339("2026-03-01T09:30:00.123Z"));
}

std::string member(const std::string& output, const char* name)
{
  const auto document = json::parse(output, "TEST_OUTPUT");
  return document ? std::string(json::text(*document, {name})) : "";
}

TEST(TestOutput, WarnsOfWhatPassedAllTheSame)
{
  auto verdict = verdict_of({TestStatus::passed, TestStatus::passed});
  EXPECT_EQ(member(test_output(verdict, ""), "result"), "SUCCESS");
  verdict.counts.flaky = 1;
  EXPECT_EQ(member(test_output(verdict, ""), "result"), "WARNING");
  EXPECT_THAT(test_output(verdict, ""), HasSubstr(R"("successes":1,"failures":0,"warnings":1)"));
  verdict.counts = {2, 2, 1, 0, 1, 0, 0, 0};
  verdict.excused = 1;
  EXPECT_EQ(member(test_output(verdict, ""), "result"), "WARNING");
  EXPECT_THAT(test_output(verdict, ""), HasSubstr(R"("successes":1,"failures":0,"warnings":1)"));
  verdict.verdict = VerdictWord::overridden;
  verdict.overridden_by = record::Override{"alice", "why", "https://example.com/o", "2026-03-05"};
  EXPECT_EQ(member(test_output(verdict, ""), "result"), "WARNING");
  EXPECT_THAT(member(test_output(verdict, ""), "note"), HasSubstr(" | override: https://example.com/o"));
}

TEST(TestOutput, NoteHasALinkThatIsWholeOrNone)
{
  const auto verdict = verdict_of({TestStatus::passed});
  EXPECT_THAT(member(test_output(verdict, "https://example.com/runs/x.html"), "note"),
              HasSubstr(" | report: https://example.com/runs/x.html"));
  EXPECT_THAT(test_output(verdict, "https://example.com/" + std::string(400, 'x')), Not(HasSubstr("report:")));
}

TEST(Markdown, SaysTheVerdictItsCountsAndWhy)
{
  const auto text = markdown(verdict_of({TestStatus::passed, TestStatus::failed}), std::nullopt, "https://x/y.html");
  EXPECT_THAT(text, HasSubstr("### :x: failed: run\\-7\n"));
  EXPECT_THAT(text, HasSubstr("| 2 | 2 | 1 | 0 | 1 | 0 | 0 | 0 |\n"));
  EXPECT_THAT(text, HasSubstr("**Against it**\n\n- TestFailed: 1 of 2 tests failed: s/t1\n"));
  EXPECT_THAT(text, HasSubstr("<details><summary>Why</summary>"));
  EXPECT_THAT(text, HasSubstr("\n<https://x/y.html>\n"));
}

TEST(Markdown, HasNoMarkupOfATestsName)
{
  record::Failures failures;
  record::Failure failure;
  failure.id = "s/a|b`c`<img src=x>[l](http://evil) @everyone\n# x";
  failure.title = "T";
  failures.failures = {failure};
  const auto text = markdown(verdict_of({TestStatus::failed}), failures, "https://x/>evil");
  for (const char* bad : {"<img", "[l](", "@everyone", "\n# x", "`c`", ">evil"}) EXPECT_THAT(text, Not(HasSubstr(bad)));
}

TEST(Markdown, IsBounded)
{
  record::Failures failures;
  record::Failure failure;
  failure.id = failure.title = failure.message = failure.next_step = std::string(5000, '@');
  failures.failures.assign(1000, failure);
  EXPECT_LT(markdown(verdict_of({TestStatus::failed}), failures, "").size(), std::size_t{512} << 10U);
}

TEST(TestOutput, KeepsKonfluxContract)
{
  const RE2 timestamp(R"(^[0-9]{10}$|^((?:(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2}(?:\.\d+)?))(Z|[\+-]\d{2}:\d{2})?)$)");
  auto verdict =
      verdict_of({TestStatus::passed, TestStatus::failed, TestStatus::error, TestStatus::skipped, TestStatus::missing});
  for (const auto word :
       {VerdictWord::passed, VerdictWord::failed, VerdictWord::error, VerdictWord::failed_and_error}) {
    verdict.verdict = word;
    const auto document = json::parse(test_output(verdict, ""), "TEST_OUTPUT");
    ASSERT_TRUE(document);
    const std::string expected = word == VerdictWord::passed  ? "SUCCESS"
                                 : word == VerdictWord::error ? "ERROR"
                                                              : "FAILURE";
    EXPECT_EQ(json::text(*document, {"result"}), expected);
    EXPECT_EQ(json::text(*document, {"namespace"}), "s");
    const std::string time(json::text(*document, {"timestamp"}));
    EXPECT_TRUE(RE2::FullMatch(time, timestamp)) << time;
    EXPECT_EQ(json::integer(*document, {"successes"}), 1);
    EXPECT_EQ(json::integer(*document, {"failures"}), 2);
    EXPECT_EQ(json::integer(*document, {"warnings"}), 2);
    EXPECT_FALSE(json::text(*document, {"note"}).empty());
    EXPECT_EQ(document->MemberCount(), 7U);
  }
}

TEST(TestOutput, StaysWithinAResult)
{
  auto verdict = verdict_of({TestStatus::passed});
  verdict.summary = std::string(4000, '"');
  EXPECT_LT(test_output(verdict, "").size(), 1100U);
}

} // namespace
} // namespace streamgate::evaluate
