// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "base/utf8.hpp"
#include "parse-junit/gauge_console.hpp"
#include "parse-junit/test_rows.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::parse_junit {
namespace {

using record::TestStatus;
using test_support::Read;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Read read_log(std::string_view text, const std::vector<std::string>& planned = {})
{
  Planned list;
  list.add("s", planned, true);
  Read out;
  const RowSink sink = [&](const Row& row) { out.rows.push_back(test_support::owned(row)); };
  out.end = read_gauge_console(text, "s", list, sink);
  return out;
}

// Logs of gauge 1.6.35 with gauge-go 0.4.0, traces shortened.
std::string log_named(const std::string& name)
{
  const auto text = file::read(std::string(STREAMGATE_SOURCE_DIR) + "/steps/parse-junit/testdata/" + name + ".log");
  EXPECT_TRUE(text) << text.error().text();
  return text.value_or("");
}

std::vector<std::string> lines_of(const Read& read)
{
  std::vector<std::string> out;
  for (const auto& row : read.rows) out.push_back(fmt::format("{} {} {}", row.id, name_of(row.status), row.attempts));
  return out;
}

const std::vector<std::string> k_planned{"s/Tasks with results/A task gives a result",
                                         "s/Tasks with results/A task fails well",
                                         "s/Tasks with results/Multi line",
                                         "s/Tasks with results/Panics",
                                         "s/Data tables/Rows",
                                         "s/Data tables/Always good",
                                         "s/Same name/Same",
                                         "s/Scenario table/Row scenario"};

const std::vector<std::string> k_expected{
    "s/Tasks with results/A task gives a result passed 1",
    "s/Tasks with results/A task fails well failed 1",
    "s/Tasks with results/Multi line failed 1",
    "s/Tasks with results/Panics failed 1",
    "s/Data tables/Rows 1 passed 1",
    "s/Data tables/Always good 1 passed 1",
    "s/Data tables/Rows 2 failed 1",
    "s/Data tables/Always good 2 passed 1",
    "s/Data tables/Rows 3 passed 1",
    "s/Data tables/Always good 3 passed 1",
    "s/Same name/Same passed 1",
    "s/Scenario table/Row scenario 1 passed 1",
    "s/Scenario table/Row scenario 2 failed 1",
};

class WholeLog : public testing::TestWithParam<const char*> {};

// The suite of these two logs has 8 scenarios, two of them with tables: gauge counts 12 although it ran 13.
TEST_P(WholeLog, GivesEveryScenarioWithItsReason)
{
  const auto read = read_log(log_named(GetParam()));
  EXPECT_TRUE(read.end.complete) << (read.end.problems.empty() ? "" : read.end.problems[0]);
  EXPECT_EQ(lines_of(read), k_expected);
  EXPECT_EQ(read.rows[1].message, "the controller said no: ✘ strange");
  EXPECT_THAT(
      read.rows[1].detail,
      HasSubstr("Failed Step: fail with \"the controller said no: ✘ strange\"\nSpecification: specs/a.spec:11\n"));
  EXPECT_EQ(read.rows[2].message, "first line x");
  EXPECT_THAT(read.rows[2].detail, HasSubstr("Error Message: first line x\nsecond line\n\tthird\nStacktrace:"));
  EXPECT_EQ(read.rows[3].message, "boom");
  EXPECT_EQ(read.rows[6].message, "b is not c");
  EXPECT_EQ(read.rows[0].message, "");
}

TEST_P(WholeLog, GivesTheSameWhenTheSuiteWasListed)
{
  EXPECT_EQ(lines_of(read_log(log_named(GetParam()), k_planned)), k_expected);
}

INSTANTIATE_TEST_SUITE_P(Forms, WholeLog, testing::Values("gauge-simple", "gauge-colour"),
                         [](const auto& test) { return std::string(test.param).substr(6); });

TEST(GaugeConsole, SaysWhatGaugeLeftOut)
{
  for (const char* name : {"gauge-left-out", "gauge-verbose", "gauge-parallel", "gauge-retry"}) {
    const auto read = read_log(log_named(name));
    EXPECT_FALSE(read.end.complete) << name;
    EXPECT_THAT(read.end.problems, Contains(HasSubstr("[ParseError] /suite/specs/a.spec:20"))) << name;
    EXPECT_THAT(read.end.problems, Contains(HasSubstr("[ValidationError] /suite/specs/c.spec:4"))) << name;
    EXPECT_THAT(read.end.problems, Contains(HasSubstr("gauge skipped 1 scenarios"))) << name;
  }
}

TEST(GaugeConsole, ReadsAVerboseLog)
{
  const auto read = read_log(log_named("gauge-verbose"));
  EXPECT_THAT(lines_of(read), Contains("s/Data tables/Rows 2 failed 1"));
  EXPECT_THAT(lines_of(read), Contains("s/Unimplemented/Inline table passed 1"));
  EXPECT_EQ(read.rows.size(), 11U);
}

TEST(GaugeConsole, TellsParallelStreamsApart)
{
  auto lines = lines_of(read_log(log_named("gauge-parallel")));
  EXPECT_EQ(lines.size(), 11U);
  EXPECT_THAT(lines, Contains("s/Data tables/Rows 2 failed 1"));
  EXPECT_THAT(lines, Contains("s/Scenario table/Row scenario 2 failed 1"));
  EXPECT_THAT(lines, Contains("s/Unimplemented/Fine here passed 1"));
  EXPECT_THAT(lines, Contains("s/Same name/Same passed 1"));
}

TEST(GaugeConsole, CountsRetriesAsAttempts)
{
  const auto lines = lines_of(read_log(log_named("gauge-retry")));
  EXPECT_EQ(lines.size(), 11U);
  EXPECT_THAT(lines, Contains("s/Data tables/Rows 1 passed 1"));
  EXPECT_THAT(lines, Contains("s/Data tables/Rows 2 failed 2"));
  EXPECT_THAT(lines, Contains("s/Scenario table/Row scenario 2 failed 2"));
}

TEST(GaugeConsole, ARetryThatPassesIsFlaky)
{
  const auto read = read_log("# Spec\n  ## One\n        Error Message: no\n  ## One\n  ## Two\n  ## Two\n"
                             "Scenarios:\t2 executed\t2 passed\t0 failed\t0 skipped\n");
  ASSERT_EQ(read.rows.size(), 2U);
  EXPECT_TRUE(read.rows[0].flaky);
  EXPECT_EQ(read.rows[0].attempts, 2);
  EXPECT_FALSE(read.rows[1].flaky) << "it was run twice, and passed twice";
}

// 2 of 2 048 ways are looked at as one: more tables than that cost no more.
TEST(GaugeConsole, ManyTablesTakeBoundedTime)
{
  std::string log = "# Spec\n";
  int rows = 0;
  for (int scenario = 1; scenario <= 120; ++scenario) {
    for (int row = 0; row < scenario; ++row, ++rows)
      log += fmt::format("   |n|\n   |--|\n   |{}|\n  ## S{}\n", row, scenario);
  }
  const auto closing = [&](int executed) {
    return log + fmt::format("Scenarios:\t{0} executed\t{0} passed\t0 failed\t0 skipped\n", executed);
  };
  EXPECT_TRUE(read_log(closing(rows)).end.complete);
  EXPECT_TRUE(read_log(closing(120)).end.complete);
  EXPECT_FALSE(read_log(closing(119)).end.complete);
  EXPECT_FALSE(read_log(closing(rows + 1)).end.complete);
}

constexpr std::string_view k_small =
    "# Spec\n  ## One\n  ## Two\n        \n        Failed Step: x\n        Specification: specs/a.spec:3\n"
    "        Error Message: no\n        Stacktrace: \n        at x\n        \n\n";

std::string closed(std::string_view text, std::string_view closing)
{
  return fmt::format("{}Specifications:\t1 executed\t0 passed\t1 failed\t0 skipped\n{}\n\nTotal time taken: 1s\n", text,
                     closing);
}

TEST(GaugeConsole, IsCompleteWhenTheClosingLineAgrees)
{
  const auto read = read_log(closed(k_small, "Scenarios:\t2 executed\t1 passed\t1 failed\t0 skipped"));
  EXPECT_TRUE(read.end.complete) << (read.end.problems.empty() ? "" : read.end.problems[0]);
  EXPECT_THAT(read.end.problems, IsEmpty());
  EXPECT_EQ(read.end.tests, 2);
  EXPECT_THAT(lines_of(read), ElementsAre("s/Spec/One passed 1", "s/Spec/Two failed 1"));
}

TEST(GaugeConsole, TakesSpacesForTabs)
{
  EXPECT_TRUE(read_log(closed(k_small, "Scenarios: 2 executed 1 passed 1 failed 0 skipped")).end.complete);
}

TEST(GaugeConsole, IsNotCompleteOtherwise)
{
  for (const char* closing : {"Scenarios:\t3 executed\t2 passed\t1 failed\t0 skipped",
                              "Scenarios:\t2 executed\t2 passed\t0 failed\t0 skipped",
                              "Scenarios:\t2 executed\t1 passed\t1 failed\t1 skipped"}) {
    const auto read = read_log(closed(k_small, closing));
    EXPECT_FALSE(read.end.complete) << closing;
    EXPECT_EQ(read.end.tests, 2);
  }
}

TEST(GaugeConsole, IsCutWithoutTheClosingLine)
{
  for (const auto& text : {std::string(k_small), std::string(), closed(k_small, "Scenarios:\t2 exec")}) {
    const auto read = read_log(text);
    EXPECT_FALSE(read.end.complete);
    EXPECT_THAT(read.end.problems, Contains(HasSubstr("the log is cut")));
  }
}

TEST(GaugeConsole, TakesTestOutputForNoHeadingWhereTheSuiteWasListed)
{
  const auto text = closed("# Spec\n  ## One\n# a comment of a script\n  ## more of it\n",
                           "Scenarios:\t1 executed\t1 passed\t0 failed\t0 skipped");
  EXPECT_TRUE(read_log(text, {"s/Spec/One"}).end.complete);
  const auto unlisted = read_log(text);
  EXPECT_FALSE(unlisted.end.complete);
}

TEST(GaugeConsole, SaysThatAHookOfASpecFailed)
{
  const auto read = read_log(closed("# Spec\n  ## One\n  Error Message: the hook\n  Stacktrace: \n  x\n",
                                    "Scenarios:\t1 executed\t1 passed\t0 failed\t0 skipped"));
  EXPECT_FALSE(read.end.complete);
  EXPECT_THAT(read.end.problems, ElementsAre(HasSubstr("a hook failed outside of any scenario: the hook")));
}

TEST(GaugeConsole, RepairsWhatIsNoUtf8)
{
  const auto read = read_log("# Spec\xff\n  ## One\xfe\n        Error Message: \xfd\n");
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_TRUE(utf8::valid(read.rows[0].id));
  EXPECT_TRUE(utf8::valid(read.rows[0].message));
  EXPECT_EQ(read.rows[0].status, TestStatus::failed);
}

TEST(Planned, SeesRowsOfATable)
{
  Planned planned;
  planned.add("s", {"s/Spec/Rows", "s/Spec/One", "s/Spec/Step 2", "s/Spec/One"}, true);
  EXPECT_EQ(planned.size(), 3U);
  planned.saw("s/Spec/Rows 12");
  planned.saw("s/Spec/Step 2");
  planned.saw("s/Spec/Other");
  const auto unseen = planned.unseen();
  ASSERT_EQ(unseen.size(), 1U);
  EXPECT_EQ(unseen[0].id, "s/Spec/One");
  EXPECT_EQ(unseen[0].suite, "s");
  EXPECT_TRUE(planned.has("s/Spec"));
  EXPECT_FALSE(planned.has("s/Spe"));
  EXPECT_TRUE(planned.lists("s"));
  EXPECT_FALSE(planned.lists("t"));
  Planned go;
  go.add("s", {"s/p/Login"}, false);
  EXPECT_FALSE(go.saw("s/p/Login 7")) << "only Gauge has tables";
}

} // namespace
} // namespace streamgate::parse_junit
