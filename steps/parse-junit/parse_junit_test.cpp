// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/parse_junit.hpp"
#include "parse-junit/sources.hpp"
#include "record/run_dir.hpp"
#include "support/step_process.hpp"
#include "support/test_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace streamgate::parse_junit {
namespace {

using record::SuiteState;
using record::TestStatus;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view k_good =
    R"(<testsuites><testsuite name="pkg"><testcase classname="pkg" name="TestA" time="1"/>
  <testcase classname="pkg" name="TestB"><failure message="Failed">    b_test.go:3: want 1, got 2</failure></testcase></testsuite></testsuites>)";
constexpr std::string_view k_console =
    "# Spec\n  ## One\n  ## Two\n        Error Message: no\n\nScenarios:\t2 executed\t1 passed\t1 failed\t0 skipped\n";

record::SuiteRun finished(std::string suite, std::vector<std::string> planned, std::vector<std::string> results)
{
  record::SuiteRun run;
  run.suite = suite;
  run.runner = record::Runner::go_test;
  run.state = SuiteState::finished;
  run.planned = std::move(planned);
  run.exit_code = 1;
  run.ended = "exited";
  run.results = std::move(results);
  run.log = "raw/" + suite + "/console.log";
  return run;
}

class ParseJunit : public testing::Test {
protected:
  void store(const record::SuiteRun& suite) { ASSERT_TRUE(run_dir.store(suite, record::SuiteRun::file(suite.suite))); }
  Result<Outcome> run_with(std::vector<std::string> files = {}, bool json = false)
  {
    Options options;
    options.common.run_dir = folder.path();
    options.common.json_output = json;
    options.files = std::move(files);
    const Deps deps{cancel, [this](std::string_view text) { printed += text; }};
    return run(options, deps);
  }
  record::Results results() const
  {
    auto loaded = run_dir.load<record::Results>();
    EXPECT_TRUE(loaded) << loaded.error().text();
    return loaded.value_or(record::Results{});
  }
  std::vector<std::string> rows() const
  {
    std::vector<std::string> out;
    for (const auto& test : results().tests) out.push_back(fmt::format("{} {}", test.id, name_of(test.status)));
    return out;
  }
  // The only source, which must be there and not complete.
  record::ResultSource broken_source(const Result<Outcome>& outcome) const
  {
    EXPECT_FALSE(outcome);
    if (!outcome) {
      EXPECT_EQ(outcome.error().code, ErrorCode::bad_input);
      EXPECT_FALSE(outcome.error().hint.empty());
    }
    const auto sources = results().sources;
    EXPECT_EQ(sources.size(), 1U);
    if (sources.empty()) return {};
    EXPECT_FALSE(sources[0].complete);
    EXPECT_FALSE(sources[0].problems.empty());
    return sources[0];
  }

  test::TestFolder folder;
  record::RunDir run_dir{folder.path()};
  Cancel cancel;
  std::string printed;
};

TEST_F(ParseJunit, ReadsWhatTheSuiteNames)
{
  store(finished("e2e", {"e2e/pkg/TestA", "e2e/pkg/TestB"}, {"raw/e2e/junit.xml", "raw/e2e/go-test.json"}));
  folder.write("raw/e2e/junit.xml", k_good);
  folder.write("raw/e2e/go-test.json", "{}");
  folder.write("raw/e2e/other.xml", "<not-named/>");
  const auto outcome = run_with();
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(outcome->status, ExitStatus::passed);
  EXPECT_EQ(outcome->results.at("test-counts"),
            R"({"planned":2,"executed":2,"passed":1,"flaky":0,"failed":1,"error":0,"skipped":0,"missing":0})");
  EXPECT_THAT(rows(), ElementsAre("e2e/pkg/TestA passed", "e2e/pkg/TestB failed"));
  const auto sources = results().sources;
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].file, "raw/e2e/junit.xml");
  EXPECT_EQ(sources[0].tests, 2);
  EXPECT_TRUE(sources[0].complete);
  EXPECT_THAT(printed, HasSubstr("2 tests: 1 passed, 1 failed"));
  EXPECT_THAT(printed, HasSubstr("(2 planned)"));
  EXPECT_THAT(printed, HasSubstr("e2e/pkg/TestB"));
  EXPECT_THAT(printed, HasSubstr("b_test.go:3: want 1, got 2"));
}

// Both the list and the results pass the redactor on their way into the run directory, and each in its own quoting.
TEST_F(ParseJunit, ATestWhoseNameHoldsASecretIsNotMissing)
{
  const std::string github = "ghp_" + std::string(36, 'a');
  for (const auto& [name, in_xml] : std::vector<std::pair<std::string, std::string>>{
           {"Test" + github, "Test" + github},
           {"log in by password=hunter22hunter now", "log in by password=hunter22hunter now"},
           {R"(log in by password: "hunter22hunter" now)", "log in by password: &quot;hunter22hunter&quot; now"},
           {R"({"token": "hunter22hunter"})", "{&quot;token&quot;: &quot;hunter22hunter&quot;}"},
           {"pull https://user:hunter22@example.com/x", "pull https://user:hunter22@example.com/x"}}) {
    store(finished("e2e", {"e2e/pkg/" + name}, {"raw/e2e/junit.xml"}));
    folder.write("raw/e2e/junit.xml", "<testsuite><testcase classname=\"pkg\" name=\"" + in_xml + "\"/></testsuite>");
    ASSERT_TRUE(run_with()) << name;
    const auto tests = results().tests;
    ASSERT_EQ(tests.size(), 1U) << name;
    EXPECT_EQ(tests[0].status, TestStatus::passed) << name;
    EXPECT_THAT(tests[0].id, HasSubstr("[redacted]"));
    EXPECT_EQ(tests[0].id, "e2e/pkg/" + tests[0].name);
    EXPECT_THAT(folder.read("results.json"), Not(AnyOf(HasSubstr("hunter22"), HasSubstr(github))));
    const auto listed = run_dir.load<record::SuiteRun>(record::SuiteRun::file("e2e"));
    ASSERT_TRUE(listed);
    EXPECT_THAT(listed->planned, ElementsAre(tests[0].id)) << "evaluate compares the two";
  }
}

TEST_F(ParseJunit, AddsARowForEachPlannedTestThatNobodyHeardOf)
{
  store(finished("e2e", {"e2e/pkg/TestGone", "e2e/pkg/TestA", "e2e/pkg/TestLost"}, {"raw/e2e/junit.xml"}));
  folder.write("raw/e2e/junit.xml", k_good);
  ASSERT_TRUE(run_with());
  EXPECT_THAT(rows(), ElementsAre("e2e/pkg/TestA passed", "e2e/pkg/TestB failed", "e2e/pkg/TestGone missing",
                                  "e2e/pkg/TestLost missing"));
  const auto read = results();
  EXPECT_EQ(read.counts.planned, 3);
  EXPECT_EQ(read.counts.missing, 2);
  EXPECT_EQ(read.tests[2].name, "pkg/TestGone");
  EXPECT_EQ(read.tests[2].attempts, 0);
  EXPECT_THAT(printed, HasSubstr("missing e2e/pkg/TestGone"));
}

TEST_F(ParseJunit, ReadsAllSuites)
{
  store(finished("a", {"a/pkg/TestA"}, {"raw/a/junit.xml"}));
  store(finished("b", {"b/pkg/TestA"}, {"raw/b/junit.xml"}));
  folder.write("raw/a/junit.xml", k_good);
  folder.write("raw/b/junit.xml", k_good);
  ASSERT_TRUE(run_with());
  EXPECT_THAT(rows(),
              ElementsAre("a/pkg/TestA passed", "a/pkg/TestB failed", "b/pkg/TestA passed", "b/pkg/TestB failed"));
  EXPECT_EQ(results().counts.planned, 2);
}

TEST_F(ParseJunit, ReadsTheConsoleOfAGaugeSuiteWithoutXml)
{
  auto suite = finished("smoke", {"smoke/Spec/One", "smoke/Spec/Two"}, {"raw/smoke/executionStatus.json"});
  suite.runner = record::Runner::gauge;
  store(suite);
  folder.write("raw/smoke/console.log", k_console);
  folder.write("raw/smoke/executionStatus.json", "{}");
  ASSERT_TRUE(run_with());
  EXPECT_THAT(rows(), ElementsAre("smoke/Spec/One passed", "smoke/Spec/Two failed"));
  EXPECT_EQ(results().sources[0].file, "raw/smoke/console.log");
}

TEST_F(ParseJunit, PrefersTheXmlOfAGaugeSuite)
{
  auto suite = finished("smoke", {}, {"raw/smoke/result.xml"});
  suite.runner = record::Runner::gauge;
  store(suite);
  folder.write("raw/smoke/console.log", "nonsense");
  folder.write("raw/smoke/result.xml", k_good);
  ASSERT_TRUE(run_with());
  EXPECT_EQ(results().sources[0].file, "raw/smoke/result.xml");
}

// Small files are read in one piece, larger ones in many: none may lose a test at its end, whole or cut.
TEST_F(ParseJunit, ReadsFilesOfAllSizesToTheirEnd)
{
  constexpr std::size_t k_border = std::size_t{1536} << 10U; // k_whole
  const std::string tail = R"(<testcase name="last"/></testsuite>)";
  for (const auto size : {std::size_t{1} << 12U, k_border - 1, k_border, k_border + 1, 2 * k_border}) {
    std::string text = R"(<testsuite name="s">)";
    text.append(size - text.size() - tail.size(), ' ').append(tail);
    const auto file = folder.write("some.xml", text);
    ASSERT_TRUE(run_with({file})) << size;
    EXPECT_THAT(rows(), ElementsAre("some/s/last passed")) << size;
    folder.write("some.xml", text.substr(0, size - 3));
    const auto cut = broken_source(run_with({file}));
    EXPECT_THAT(cut.problems, ElementsAre(HasSubstr("the file is cut"))) << size;
    EXPECT_EQ(cut.tests, 1) << size;
  }
  const auto empty = folder.write("empty.xml", "");
  EXPECT_THAT(broken_source(run_with({empty})).problems, ElementsAre("the file has no XML element in it"));
}

TEST_F(ParseJunit, TakesLooseFilesWithoutASuite)
{
  folder.write("raw/b.xml", k_good);
  folder.write("raw/a/deep/x.xml", k_good);
  folder.write("raw/a/notes.txt", "no XML");
  ASSERT_TRUE(run_with());
  EXPECT_THAT(rows(),
              ElementsAre("a/pkg/TestA passed", "a/pkg/TestB failed", "b/pkg/TestA passed", "b/pkg/TestB failed"));
  EXPECT_EQ(results().counts.planned, 0);
  EXPECT_THAT(printed, Not(HasSubstr("planned")));
}

TEST_F(ParseJunit, ReadsTheFilesGivenInsteadOfAll)
{
  store(finished("a", {"a/pkg/TestA", "a/pkg/TestC"}, {"raw/a/junit.xml"}));
  store(finished("b", {"b/pkg/TestZ"}, {"raw/b/junit.xml"}));
  const auto mine = folder.write("raw/a/junit.xml", k_good).string();
  const auto other = folder.write("elsewhere/nightly.xml", k_good).string();
  ASSERT_TRUE(run_with({mine, other}));
  EXPECT_THAT(rows(), ElementsAre("a/pkg/TestA passed", "a/pkg/TestB failed", "nightly/pkg/TestA passed",
                                  "nightly/pkg/TestB failed", "a/pkg/TestC missing"));
  EXPECT_EQ(results().sources[0].file, "raw/a/junit.xml");
}

TEST_F(ParseJunit, ReadsAConsoleLogGiven)
{
  ASSERT_TRUE(run_with({folder.write("smoke.log", k_console).string()}));
  EXPECT_THAT(rows(), ElementsAre("smoke/Spec/One passed", "smoke/Spec/Two failed"));
}

TEST_F(ParseJunit, KeepsWhatATruncatedFileHolds)
{
  store(finished("e2e", {"e2e/pkg/TestA", "e2e/pkg/TestB"}, {"raw/e2e/junit.xml"}));
  folder.write("raw/e2e/junit.xml", k_good.substr(0, k_good.find("want")));
  const auto outcome = run_with();
  const auto source = broken_source(outcome);
  EXPECT_THAT(source.problems[0], HasSubstr("the file is cut"));
  EXPECT_THAT(outcome.error().text(), HasSubstr("raw/e2e/junit.xml"));
  EXPECT_THAT(rows(), ElementsAre("e2e/pkg/TestA passed", "e2e/pkg/TestB missing"));
  EXPECT_THAT(printed, HasSubstr("NOT COMPLETE"));
}

TEST_F(ParseJunit, HoldsASuiteThatWasKilledAgainstIt)
{
  auto suite = finished("e2e", {"e2e/pkg/TestA"}, {"raw/e2e/junit.xml"});
  suite.state = SuiteState::listed;
  suite.ended = "";
  store(suite);
  folder.write("raw/e2e/junit.xml", k_good);
  EXPECT_THAT(broken_source(run_with()).problems[0], HasSubstr("never finished"));
  EXPECT_THAT(rows(), testing::SizeIs(2));
}

TEST_F(ParseJunit, HoldsASuiteThatTimedOutAgainstIt)
{
  auto suite = finished("e2e", {"e2e/pkg/TestA"}, {"raw/e2e/junit.xml"});
  suite.ended = "timed-out";
  store(suite);
  folder.write("raw/e2e/junit.xml", k_good);
  EXPECT_THAT(broken_source(run_with()).problems[0], HasSubstr("timed-out"));
}

TEST_F(ParseJunit, HoldsAFileThatIsNotThereAgainstTheSuite)
{
  store(finished("e2e", {"e2e/pkg/TestA"}, {"raw/e2e/junit.xml"}));
  EXPECT_THAT(broken_source(run_with()).problems[0], HasSubstr("No such file"));
  EXPECT_THAT(rows(), ElementsAre("e2e/pkg/TestA missing"));
}

TEST_F(ParseJunit, HoldsASuiteWithoutResultsAgainstIt)
{
  store(finished("e2e", {"e2e/pkg/TestA"}, {}));
  const auto source = broken_source(run_with());
  EXPECT_EQ(source.file, "raw/e2e/run.json");
  EXPECT_THAT(source.problems[0], HasSubstr("no file of results"));
}

TEST_F(ParseJunit, HoldsABrokenRunRecordAgainstIt)
{
  folder.write("raw/e2e/run.json", "{\"schema_version\": 7}");
  const auto source = broken_source(run_with());
  EXPECT_EQ(source.file, "raw/e2e/run.json");
}

TEST_F(ParseJunit, HoldsAPipeAgainstTheSuite)
{
  store(finished("e2e", {"e2e/pkg/TestA"}, {"raw/e2e/junit.xml"}));
  ASSERT_EQ(::mkfifo((folder.path() / "raw/e2e/junit.xml").c_str(), 0600), 0);
  EXPECT_THAT(broken_source(run_with()).problems, ElementsAre("it is a pipe, not a file"));
}

// One row would answer for both.
TEST_F(ParseJunit, HoldsAPlanWithATestTwiceAgainstTheSuite)
{
  store(finished("e2e", {"e2e/pkg/password=hunter22abc", "e2e/pkg/password=letmein1xyz"}, {"raw/e2e/junit.xml"}));
  folder.write("raw/e2e/junit.xml",
               R"(<testsuite name="pkg"><testcase classname="pkg" name="password=hunter22abc"/></testsuite>)");
  EXPECT_THAT(broken_source(run_with()).problems,
              ElementsAre(HasSubstr("planned the test e2e/pkg/password=[redacted] twice")));
}

TEST_F(ParseJunit, HoldsAFileThatWasGivenAndIsNotThereAgainstIt)
{
  EXPECT_THAT(broken_source(run_with({"/nowhere/x.xml"})).file, "/nowhere/x.xml");
}

TEST_F(ParseJunit, RefusesAnErrorPage)
{
  folder.write("raw/junit.xml", "<html><body>502</body></html>");
  const auto outcome = run_with();
  EXPECT_THAT(broken_source(outcome).problems[0], HasSubstr("<html>"));
  EXPECT_THAT(outcome.error().text(), HasSubstr("<html>"));
}

TEST_F(ParseJunit, EndsWithNoTestsWithoutAnySource)
{
  const auto outcome = run_with();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::no_tests);
  EXPECT_THAT(outcome.error().hint, HasSubstr("run-tests"));
  EXPECT_FALSE(run_dir.has("results.json"));
}

TEST_F(ParseJunit, EndsWithNoTestsWhenTheFilesHoldNone)
{
  folder.write("raw/junit.xml", "<testsuites/>");
  const auto outcome = run_with();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::no_tests);
  EXPECT_THAT(rows(), IsEmpty());
}

TEST_F(ParseJunit, StopsWhenCancelledAndLeavesNothingToBeTakenForIt)
{
  folder.write("results.json", "old");
  folder.write("raw/junit.xml", k_good);
  cancel.request();
  const auto outcome = run_with();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::cancelled);
  EXPECT_FALSE(run_dir.has("results.json")) << "the old file says nothing of what was to be read";
}

TEST_F(ParseJunit, PrintsJson)
{
  folder.write("raw/junit.xml", k_good);
  ASSERT_TRUE(run_with({}, true));
  const auto document = json::parse(printed, "stdout");
  ASSERT_TRUE(document);
  EXPECT_EQ(json::integer(*document, {"counts", "failed"}), 1);
  EXPECT_EQ(json::text(*document, {"file"}), "results.json");
}

TEST_F(ParseJunit, ShowsTheFirstFailuresOnly)
{
  std::string text = "<testsuite>";
  for (int i = 0; i < 60; ++i) text += fmt::format("<testcase name=\"t{}\"><failure>no</failure></testcase>", i);
  folder.write("raw/junit.xml", text + "</testsuite>");
  ASSERT_TRUE(run_with());
  EXPECT_THAT(printed, HasSubstr("junit/t49\n"));
  EXPECT_THAT(printed, Not(HasSubstr("junit/t50\n")));
  EXPECT_THAT(printed, HasSubstr("... and 10 more"));
}

TEST_F(ParseJunit, ExecutableKeepsTheContract)
{
  const auto file = folder.write("in/junit.xml", k_good).string();
  const auto counts = (folder.path() / "counts").string();
  const auto good = test::run_step_process(
      "parse-junit", {"--run-dir", folder.path().string(), "--result", "test-counts=" + counts, file});
  EXPECT_EQ(good.exit, 0) << good.err;
  EXPECT_EQ(good.err, "");
  EXPECT_EQ(folder.read("counts"),
            R"({"planned":0,"executed":2,"passed":1,"flaky":0,"failed":1,"error":0,"skipped":0,"missing":0})");

  const auto cut = folder.write("in/cut.xml", k_good.substr(0, 100)).string();
  const auto bad = test::run_step_process(
      "parse-junit", {"--run-dir", folder.path().string(), "--result", "error-reason=" + counts, cut});
  EXPECT_EQ(bad.exit, 2);
  EXPECT_EQ(folder.read("counts"), "BadInput");
  EXPECT_THAT(bad.err, HasSubstr("parse-junit: error: "));
  EXPECT_THAT(bad.err, HasSubstr("the file is cut"));
  EXPECT_THAT(folder.read("errors/parse-junit.json"), HasSubstr("BadInput"));

  const auto help = test::run_step_process("parse-junit", {"--help"});
  EXPECT_EQ(help.exit, 0);
  for (const char* part : {"results.json", "test-counts", "--run-dir", "parse-junit --run-dir run"})
    EXPECT_THAT(help.out, HasSubstr(part));
  EXPECT_EQ(test::run_step_process("parse-junit", {"--run-dir", folder.path().string(), "--no-such-option"}).exit, 2);
  EXPECT_EQ(test::run_step_process("parse-junit", {}).exit, 2);
}

} // namespace
} // namespace streamgate::parse_junit
