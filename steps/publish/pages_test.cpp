// SPDX-License-Identifier: Apache-2.0
#include "publish/html.hpp"
#include "publish/pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::publish {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Would close a tag, an attribute or a comment, or start a script, wherever it stood raw.
const std::string k_hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&--><!--";

TEST(Escape, LeavesNothingThatIsMarkup)
{
  EXPECT_EQ(escape("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(escape("tab\tline\n"), "tab\tline\n");
  EXPECT_EQ(escape(std::string_view("\0\x1b\x7f", 3)), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(escape("\xff"), "\xef\xbf\xbd");
  EXPECT_EQ(escape("žluť"), "žluť");
  EXPECT_EQ(escape_path("a b/c?d#e%\"ž.log"), "a%20b/c%3Fd%23e%25%22%C5%BE.log");
  EXPECT_EQ(escape_path("javascript:x"), "javascript%3Ax");
}

RunRecord hostile_run()
{
  RunRecord run;
  run.run = run.time = run.verdict = run.summary = run.suite = k_hostile;
  run.reasons = {{k_hostile, k_hostile, k_hostile}};
  run.components = {{k_hostile, k_hostile, k_hostile, k_hostile}};
  record::TestResult test;
  test.id = test.suite = test.name = test.message = test.detail = k_hostile;
  test.status = record::TestStatus::failed;
  run.tests = {test};
  run.failures = {{k_hostile, k_hostile, k_hostile, k_hostile, k_hostile, k_hostile, k_hostile, k_hostile}};
  run.before =
      record::Proof{k_hostile,
                    k_hostile,
                    false,
                    {{k_hostile, k_hostile, k_hostile, k_hostile, k_hostile, k_hostile, k_hostile, false, k_hostile}}};
  run.after = run.before;
  run.errors = {{1, k_hostile, k_hostile, 2, k_hostile, k_hostile, k_hostile, k_hostile}};
  run.problems = {k_hostile};
  run.left_out = {k_hostile};
  run.label = k_hostile;
  return run;
}

TEST(RunPage, EscapesEveryField)
{
  const std::string html = run_page(hostile_run(), "run", {k_hostile});
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr("<!--")));
  EXPECT_THAT(html, Not(HasSubstr("\"'>")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)"));
}

TEST(IndexPage, EscapesEveryField)
{
  Index index;
  index.runs = {{k_hostile,
                 k_hostile,
                 k_hostile,
                 k_hostile,
                 {{k_hostile, k_hostile, k_hostile, k_hostile}},
                 {},
                 k_hostile,
                 k_hostile}};
  const std::string html = index_page(index);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr("\"'>")));
}

TEST(Pages, LoadNothingAndRunNothing)
{
  for (const std::string& html : {index_page({}), run_page({}, "run", {})}) {
    EXPECT_THAT(html, HasSubstr("default-src 'none'"));
    EXPECT_THAT(html, Not(HasSubstr("<script")));
    EXPECT_THAT(html, Not(HasSubstr("http://")));
    EXPECT_THAT(html, Not(HasSubstr("https://")));
    EXPECT_THAT(html, Not(HasSubstr("url(")));
    EXPECT_THAT(html, HasSubstr("prefers-color-scheme:dark"));
    EXPECT_THAT(html, HasSubstr("width=device-width"));
  }
}

TEST(IndexPage, SaysEachVerdictAsAWord)
{
  Index index;
  for (const char* verdict : {"passed", "failed", "error", "failed-and-error", "overridden", "none"}) {
    index.runs.push_back({std::string("run-") + verdict, "t", verdict, "", {}, {}, "runs/2026/01/x"});
  }
  const std::string html = index_page(index);
  EXPECT_THAT(html, HasSubstr("w good\">passed<"));
  EXPECT_THAT(html, HasSubstr("w bad\">failed<"));
  EXPECT_THAT(html, HasSubstr("w odd\">could not tell<"));
  EXPECT_THAT(html, HasSubstr("w bad\">failed and could not tell all<"));
  EXPECT_THAT(html, HasSubstr("w odd\">no verdict<"));
  EXPECT_THAT(html, HasSubstr("href=\"runs/2026/01/x.html\""));
}

TEST(IndexPage, AnUnknownVerdictIsNeverGood)
{
  Index index;
  index.runs = {{"r", "t", "PASSED", "", {}, {}, "runs/2026/01/r"}};
  EXPECT_THAT(index_page(index), Not(HasSubstr("w good")));
}

TEST(RunPage, FailedTestsComeFirst)
{
  RunRecord run;
  for (const auto status : {record::TestStatus::passed, record::TestStatus::missing, record::TestStatus::failed}) {
    record::TestResult test;
    test.name = std::string("test-") + std::string(name_of(status));
    test.status = status;
    run.tests.push_back(test);
  }
  const std::string html = run_page(run, "run", {"raw/smoke/log.txt"});
  EXPECT_LT(html.find("test-failed"), html.find("test-missing"));
  EXPECT_LT(html.find("test-missing"), html.find("test-passed"));
  EXPECT_THAT(html, HasSubstr("href=\"run/raw/smoke/log.txt\""));
  EXPECT_THAT(html, HasSubstr("The run ended without a verdict"));
}

} // namespace
} // namespace streamgate::publish
