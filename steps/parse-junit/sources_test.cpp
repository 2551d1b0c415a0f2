// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/parse_junit.hpp"
#include "record/run_dir.hpp"
#include "support/test_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Which files are read for what, from a run directory to results.json and ctrf.json.
namespace streamgate::parse_junit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string xml(const std::string& outcome)
{
  return R"(<testsuite name="pkg"><testcase classname="pkg" name="TestA" time="1">)" + outcome +
         R"(</testcase><testcase classname="pkg" name="TestB" time="1"/></testsuite>)";
}
std::string only(const std::string& name, const std::string& outcome)
{
  return "<testsuite name=\"pkg\"><testcase classname=\"pkg\" name=\"" + name + "\">" + outcome +
         "</testcase></testsuite>";
}

class SourcesOf : public testing::Test {
protected:
  void store(const record::SuiteRun& suite) { ASSERT_TRUE(run_dir.store(suite, record::SuiteRun::file(suite.suite))); }
  static record::SuiteRun go_suite(std::vector<std::string> results)
  {
    record::SuiteRun run;
    run.suite = "e2e";
    run.runner = record::Runner::go_test;
    run.state = record::SuiteState::finished;
    run.planned = {"e2e/pkg/TestA", "e2e/pkg/TestB"};
    run.started = "2026-03-01T09:30:00Z";
    run.finished = "2026-03-01T09:31:00Z";
    run.ended = "exited";
    run.results = std::move(results);
    return run;
  }
  static record::Rerun rerun(std::string ended = "exited")
  {
    return {2,
            {"e2e/pkg/TestA"},
            "go test",
            "2026-03-01T09:31:00Z",
            "2026-03-01T09:32:00Z",
            0,
            std::move(ended),
            {"raw/e2e/rerun/junit.xml"},
            ""};
  }
  Result<Outcome> run_with(std::vector<std::string> files = {})
  {
    Options options;
    options.common.run_dir = folder.path();
    options.files = std::move(files);
    printed.clear();
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
    for (const auto& test : results().tests)
      out.push_back(
          fmt::format("{} {}{} {}", test.id, name_of(test.status), test.flaky ? " flaky" : "", test.attempts));
    return out;
  }
  std::vector<std::string> files() const
  {
    std::vector<std::string> out;
    for (const auto& source : results().sources) out.push_back(source.file);
    return out;
  }

  test::TestFolder folder;
  record::RunDir run_dir{folder.path()};
  Cancel cancel;
  std::string printed;
};

TEST_F(SourcesOf, ASecondRunThatPassedMakesItsTestFlaky)
{
  auto suite = go_suite({"raw/e2e/junit.xml"});
  suite.reruns = {rerun()};
  store(suite);
  folder.write("raw/e2e/junit.xml", xml("<failure message=\"why\"/>"));
  folder.write("raw/e2e/rerun/junit.xml", only("TestA", ""));
  ASSERT_TRUE(run_with());
  EXPECT_THAT(rows(), ElementsAre("e2e/pkg/TestA passed flaky 2", "e2e/pkg/TestB passed 1"));
  EXPECT_EQ(results().tests[0].message, "why");
  EXPECT_THAT(printed, HasSubstr("2 tests: 2 passed (1 of them flaky), 0 failed"));
  EXPECT_THAT(printed, HasSubstr("flaky   e2e/pkg/TestA (2 attempts)\n          why\n"));
  const auto ctrf = json::parse(folder.read("ctrf.json"), "ctrf.json");
  ASSERT_TRUE(ctrf);
  EXPECT_EQ(json::integer(*ctrf, {"results", "summary", "start"}), 1772357400000);
  EXPECT_EQ(json::integer(*ctrf, {"results", "summary", "stop"}), 1772357520000);
  EXPECT_EQ(json::integer(*ctrf, {"results", "summary", "flaky"}), 1);
}

TEST_F(SourcesOf, ASecondRunThatFailedLeavesItFailed)
{
  auto suite = go_suite({"raw/e2e/junit.xml"});
  suite.reruns = {rerun()};
  store(suite);
  folder.write("raw/e2e/junit.xml", xml("<failure message=\"why\"/>"));
  folder.write("raw/e2e/rerun/junit.xml", only("TestA", "<error message=\"again\"/>"));
  ASSERT_TRUE(run_with());
  EXPECT_THAT(rows(), ElementsAre("e2e/pkg/TestA failed 2", "e2e/pkg/TestB passed 1"));
}

TEST_F(SourcesOf, ASecondRunThatDidNotEndWellIsNotHeldAgainstTheRun)
{
  for (const std::string text : {"", "<testsuite><testcase", "none"}) {
    auto suite = go_suite({"raw/e2e/junit.xml"});
    suite.reruns = {rerun("timed-out")};
    store(suite);
    folder.write("raw/e2e/junit.xml", xml("<failure message=\"why\"/>"));
    std::filesystem::remove(folder.path() / "raw/e2e/rerun/junit.xml");
    if (text != "none") folder.write("raw/e2e/rerun/junit.xml", text);
    ASSERT_TRUE(run_with()) << text;
    EXPECT_THAT(rows(), ElementsAre("e2e/pkg/TestA failed 1", "e2e/pkg/TestB passed 1"));
    EXPECT_THAT(results().sources.at(1).problems, Not(IsEmpty()));
  }
}

TEST_F(SourcesOf, APassInASecondRunsCutFileIsNotComplete)
{
  auto suite = go_suite({"raw/e2e/junit.xml"});
  suite.reruns = {rerun()};
  store(suite);
  folder.write("raw/e2e/junit.xml", xml("<failure message=\"why\"/>"));
  folder.write("raw/e2e/rerun/junit.xml",
               "<testsuite name=\"pkg\"><testcase classname=\"pkg\" name=\"TestA\"/><testcase");
  const auto outcome = run_with();
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().text(), HasSubstr("the file is cut"));
}

TEST_F(SourcesOf, ASecondRunMaySpeakOnlyOfItsTests)
{
  auto suite = go_suite({"raw/e2e/junit.xml"});
  suite.reruns = {rerun()};
  store(suite);
  folder.write("raw/e2e/junit.xml", xml("<failure/>"));
  folder.write(
      "raw/e2e/rerun/junit.xml",
      R"(<testsuite name="pkg"><testcase classname="pkg" name="TestA"/><testcase classname="pkg" name="TestA/sub"/>
               <testcase classname="pkg" name="TestB"><failure/></testcase></testsuite>)");
  const auto outcome = run_with();
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().text(), HasSubstr("1 results of a second run are of tests that it was not to run"));
  EXPECT_THAT(rows(),
              ElementsAre("e2e/pkg/TestA passed flaky 2", "e2e/pkg/TestB passed 1", "e2e/pkg/TestA/sub passed 1"));
}

constexpr std::string_view k_events = R"({"Action":"run","Package":"pkg","Test":"TestA"}
{"Action":"pass","Package":"pkg","Test":"TestA"}
{"Action":"run","Package":"pkg","Test":"TestB"}
{"Action":"pass","Package":"pkg","Test":"TestB"}
{"Action":"pass","Package":"pkg"}
)";

TEST_F(SourcesOf, XmlComesBeforeGoTestsEvents)
{
  store(go_suite({"raw/e2e/junit.xml", "raw/e2e/go-test.json"}));
  folder.write("raw/e2e/go-test.json", k_events);
  ASSERT_TRUE(run_with());
  EXPECT_THAT(files(), ElementsAre("raw/e2e/go-test.json"));
  EXPECT_THAT(rows(), ElementsAre("e2e/pkg/TestA passed 1", "e2e/pkg/TestB passed 1"));
  folder.write("raw/e2e/junit.xml", xml(""));
  ASSERT_TRUE(run_with());
  EXPECT_THAT(files(), ElementsAre("raw/e2e/junit.xml"));
}

// gotestsum writes its XML at the end only.
TEST_F(SourcesOf, ASuiteThatTimedOutKeepsWhatItSaid)
{
  auto suite = go_suite({"raw/e2e/go-test.json"});
  suite.planned.emplace_back("e2e/pkg/TestC");
  suite.ended = "timed-out";
  store(suite);
  folder.write(
      "raw/e2e/go-test.json",
      std::string(k_events.substr(0, k_events.find("{\"Action\":\"pass\",\"Package\":\"pkg\",\"Test\":\"TestB\""))));
  const auto outcome = run_with();
  ASSERT_FALSE(outcome);
  EXPECT_THAT(rows(), ElementsAre("e2e/pkg/TestA passed 1", "e2e/pkg/TestB error 1", "e2e/pkg/TestC missing 0"));
  EXPECT_EQ(to_json(results().counts),
            R"({"planned":3,"executed":2,"passed":1,"flaky":0,"failed":0,"error":1,"skipped":0,"missing":1})");
}

TEST_F(SourcesOf, GaugesOwnResultComesBeforeItsConsole)
{
  auto suite = go_suite({"raw/e2e/last_run_result", "raw/e2e/failures.json"});
  suite.runner = record::Runner::gauge;
  suite.planned = {"e2e/Spec/One"};
  suite.log = "raw/e2e/console.log";
  store(suite);
  folder.write("raw/e2e/failures.json", "{}");
  folder.write("raw/e2e/console.log", "# Spec\n  ## One\nScenarios:\t1 executed\t1 passed\t0 failed\t0 skipped\n");
  ASSERT_TRUE(run_with());
  EXPECT_THAT(files(), ElementsAre("raw/e2e/console.log"));
  // specResults { protoSpec { specHeading: "Spec" items { scenario { "One", PASSED, retriesCount: 2 } } } }
  folder.write(
      "raw/e2e/last_run_result",
      std::string_view("\x0a\x14\x0a\x12\x0a\x04Spec\x12\x0a\x22\x08\x0a\x03One\x70\x01\xb8\x01\x02\x52\x01p", 27));
  ASSERT_FALSE(run_with()) << "the lengths do not fit: it is broken, and not passed over for the console";
  folder.write(
      "raw/e2e/last_run_result",
      std::string_view("\x0a\x16\x0a\x14\x0a\x04Spec\x12\x0c\x22\x0a\x0a\x03One\x70\x01\xb8\x01\x02\x52\x01p", 27));
  ASSERT_TRUE(run_with());
  EXPECT_THAT(rows(), ElementsAre("e2e/Spec/One passed flaky 2"));
}

TEST_F(SourcesOf, PatternsAndRepeatedNames)
{
  folder.write("in/a/junit.xml", only("TestA", "<failure/>"));
  folder.write("in/b/junit.xml", only("TestA", ""));
  const auto in = (folder.path() / "in").string();
  ASSERT_TRUE(run_with({in + "/**/*.xml", in + "/a/junit.xml", in + "/a/../b/junit.xml"}));
  EXPECT_THAT(rows(), ElementsAre("junit/pkg/TestA passed flaky 2"));
  EXPECT_EQ(results().sources.size(), 2U) << "a file that is named twice is read once";
  const auto none = run_with({in + "/*.xml"});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
  EXPECT_THAT(none.error().text(), HasSubstr("no file fits"));
}

TEST_F(SourcesOf, AResultThatWasNotPlannedStandsForNoPlannedOne)
{
  auto suite = go_suite({"raw/e2e/junit.xml"});
  store(suite);
  folder.write("raw/e2e/junit.xml", R"(<testsuite name="pkg"><testcase classname="pkg" name="TestA"/>
    <testcase classname="pkg" name="TestA/sub"/><testcase classname="pkg" name="TestX"/></testsuite>)");
  ASSERT_TRUE(run_with());
  EXPECT_THAT(rows(), ElementsAre("e2e/pkg/TestA passed 1", "e2e/pkg/TestA/sub passed 1", "e2e/pkg/TestX passed 1",
                                  "e2e/pkg/TestB missing 0"));
  EXPECT_THAT(printed, HasSubstr("1 results are of tests that were not planned"));
}

TEST_F(SourcesOf, RowsOfNewerGaugeXmlStandForTheirScenario)
{
  auto suite = go_suite({"raw/e2e/result.xml"});
  suite.runner = record::Runner::gauge;
  suite.planned = {"e2e/Spec/One"};
  store(suite);
  folder.write("raw/e2e/result.xml",
               R"(<testsuite name="Spec"><testcase classname="Spec" name="One | SpecRow: 1: [a: b]"/>
    <testcase classname="Spec" name="One | ScnRow: 2: [a: c]"/></testsuite>)");
  ASSERT_TRUE(run_with());
  EXPECT_EQ(results().counts.missing, 0);
  EXPECT_THAT(printed, Not(HasSubstr("not planned")));
}

TEST_F(SourcesOf, CtrfSaysTheSame)
{
  folder.write(
      "raw/x.xml",
      R"(<testsuite name="g"><testcase name="p" time="0.0014"/><testcase name="f"><failure message="why">trace</failure></testcase>
    <testcase name="e"><error/></testcase><testcase name="s"><skipped/></testcase>
    <testcase name="k"><flakyFailure message="once"/></testcase></testsuite>)");
  ASSERT_TRUE(run_with());
  const auto text = folder.read("ctrf.json");
  const auto tests = text.substr(text.find("\"tests\":["), text.find("\"summary\"") - text.find("\"tests\":["));
  EXPECT_EQ(tests, R"("tests":[
{"name":"p","status":"passed","duration":1,"suite":["x","g"],"testId":"x/g/p"},
{"name":"f","status":"failed","duration":0,"suite":["x","g"],"testId":"x/g/f","message":"why","trace":"trace"},
{"name":"e","status":"failed","duration":0,"suite":["x","g"],"testId":"x/g/e","rawStatus":"error"},
{"name":"s","status":"skipped","duration":0,"suite":["x","g"],"testId":"x/g/s"},
{"name":"k","status":"passed","duration":0,"suite":["x","g"],"testId":"x/g/k","retries":1,"flaky":true,"message":"once"}
],
)");
  EXPECT_THAT(
      text,
      HasSubstr(
          R"("summary":{"tests":5,"passed":2,"failed":2,"skipped":1,"pending":0,"other":0,"flaky":1,"start":0,"stop":0}}})"));
  EXPECT_THAT(text, HasSubstr(R"({"reportFormat":"CTRF","specVersion":"1.0.0")"));
}

} // namespace
} // namespace streamgate::parse_junit
