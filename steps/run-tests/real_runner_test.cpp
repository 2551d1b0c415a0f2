// SPDX-License-Identifier: Apache-2.0
#include "real_runner_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

// The step with the real gauge and its Go runner, gotestsum, go and git.
namespace streamgate::run_tests {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class GoTestTest : public RealRunnerTest {
protected:
  void SetUp() override
  {
    if (!test::real_tools(m_environment, {"git", "go", "gotestsum"})) FAIL() << "a tool is missing";
    write("go.mod", "module example.com/s\n\ngo 1.22\n");
    write("a/a_test.go", R"(package a
import "testing"
func TestGood(t *testing.T) { t.Run("sub", func(t *testing.T) {}) }
func TestBad(t *testing.T) { t.Fatal("it is bad, password=hunter2hunter2") }
func TestSkipped(t *testing.T) { t.Skip("not here") }
func BenchmarkNot(b *testing.B) {}
)");
    write("b/b_test.go", "//go:build e2e\n\npackage b\nimport \"testing\"\nfunc TestGood(t *testing.T) {}\nfunc "
                         "ExampleX() {\n\t// Output:\n}\nfunc X() {}\n");
  }
};

TEST_F(GoTestTest, runs_what_it_listed_in_every_package)
{
  plan(suite_of(record::Runner::go_test, [](auto& suite) { suite.tags = "e2e"; }));
  const auto done = step();
  ASSERT_EQ(done.exit, 0) << done.err;
  const auto record = recorded();
  EXPECT_THAT(record.planned, ElementsAre("smoke/example.com/s/a/TestGood", "smoke/example.com/s/a/TestBad",
                                          "smoke/example.com/s/a/TestSkipped", "smoke/example.com/s/b/TestGood",
                                          "smoke/example.com/s/b/ExampleX"));
  EXPECT_EQ(record.exit_code, 1);
  const auto junit = m_folder.read("run/raw/smoke/junit.xml");
  // Each planned id is <suite>/<classname>/<name> of a row.
  for (const auto& [package, name] :
       {std::pair("a", "TestGood"), {"a", "TestBad"}, {"a", "TestSkipped"}, {"b", "TestGood"}, {"b", "ExampleX"}}) {
    EXPECT_THAT(junit, HasSubstr(std::string("classname=\"example.com/s/") + package + "\" name=\"" + name + "\""));
  }
  EXPECT_THAT(junit, ::testing::Not(HasSubstr("hunter2hunter2")));
  EXPECT_THAT(m_folder.read("run/raw/smoke/go-test.json"), ::testing::Not(HasSubstr("hunter2hunter2")));
  EXPECT_THAT(log(), HasSubstr("it is bad"));
  EXPECT_THAT(done.err, HasSubstr("test 5/5"));
}

// vet is upstream's own business, and takes minutes where the dependencies are many.
TEST_F(GoTestTest, what_vet_would_refuse_runs)
{
  write("a/vet_test.go",
        "package a\nimport (\"fmt\"; \"testing\")\nfunc TestVet(t *testing.T) { fmt.Printf(\"%d\", \"x\") }\n");
  plan(suite_of(record::Runner::go_test, [](auto& suite) {
    suite.package = "./a";
    suite.pattern = "^TestVet$";
  }));
  const auto result = step();
  ASSERT_EQ(result.exit, 0) << result.err;
  EXPECT_EQ(recorded().exit_code, 0) << log();
}

// Upstream's e2e suites choose their tests in TestMain by setting -run, over what the command line says.
TEST_F(GoTestTest, a_test_main_that_sets_run_itself_runs_only_what_is_planned)
{
  write("a/main_test.go",
        "package a\nimport (\"flag\"; \"os\"; \"testing\")\nvar category = flag.String(\"category\", \"all\", \"\")\n"
        "func TestMain(m *testing.M) { flag.Parse(); flag.Set(\"test.run\", \"^(TestGood|TestBad)$\"); "
        "if *category != \"parallel\" { os.Exit(3) }; os.Exit(m.Run()) }\n");
  plan(suite_of(record::Runner::go_test, [](auto& suite) {
    suite.package = "./a";
    suite.pattern = "^TestGood$";
    suite.arguments = {"-category", "parallel"};
  }));
  const auto done = step();
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(recorded().planned, ElementsAre("smoke/example.com/s/a/TestGood"));
  EXPECT_EQ(recorded().exit_code, 0) << log();
  EXPECT_THAT(log(), ::testing::Not(HasSubstr("TestBad")));
}

TEST_F(GoTestTest, a_suite_that_does_not_compile_is_build_failed)
{
  write("a/b_test.go", "package a\nfunc x() { undefinedThing() }\n");
  plan(suite_of(record::Runner::go_test));
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(m_folder.read("reason"), "BuildFailed");
  EXPECT_THAT(done.err, HasSubstr("undefined: undefinedThing"));
}

class GaugeTest : public RealRunnerTest {
protected:
  void SetUp() override
  {
    if (!test::real_tools(m_environment, {"git", "go", "gauge", "gauge-go"})) FAIL() << "a tool is missing";
    place_go_runner();
    m_environment.set("GOFLAGS", "-mod=mod");
    write("manifest.json", R"({"Language": "go", "Plugins": []})");
    write("go.mod", "module example.com/steps\n\ngo 1.22\n\nrequire github.com/getgauge-contrib/gauge-go v0.4.0\n");
    write("stepImpl/steps.go", R"(package stepImpl
import (
	"fmt"
	"os"
	"github.com/getgauge-contrib/gauge-go/gauge"
	. "github.com/getgauge-contrib/gauge-go/testsuit"
)
var _ = gauge.Step("say <x>", func(x string) { fmt.Println("said", x, os.Getenv("SYSTEM_NAMESPACE")) })
var _ = gauge.Step("fail", func() { T.Fail(fmt.Errorf("it is bad, password=hunter2hunter2")) })
)");
    write("specs/a.spec", "# First spec\ntags: smoke\n\n## Good one\n* say \"x\"\n\n## Bad one\ntags: bad\n* "
                          "fail\n\nUnderlined\n----------\n* say \"y\"\n");
    write("specs/deep/b.md", "Second spec\n===========\n   |name|\n   |----|\n   |a   |\n   |b   |\n\n## Each "
                             "row\ntags: table\n* say <name>\n");
  }
};

TEST_F(GaugeTest, runs_what_it_listed)
{
  plan(suite_of(record::Runner::gauge, [](auto& suite) {
    suite.environment = {{"SYSTEM_NAMESPACE", "tekton-pipelines"}};
  }));
  const auto done = step();
  ASSERT_EQ(done.exit, 0) << done.err;
  const auto record = recorded();
  EXPECT_THAT(record.planned, ElementsAre("smoke/First spec/Good one", "smoke/First spec/Bad one",
                                          "smoke/First spec/Underlined", "smoke/Second spec/Each row"));
  EXPECT_EQ(record.exit_code, 1);
  EXPECT_EQ(record.ended, "exited");
  EXPECT_THAT(record.results, Contains("raw/smoke/executionStatus.json"));
  EXPECT_THAT(m_folder.read("run/raw/smoke/executionStatus.json"), HasSubstr("\"sceFailed\":1"));
  EXPECT_THAT(log(), HasSubstr("  ## Good one"));
  EXPECT_THAT(log(), HasSubstr("said x tekton-pipelines"));
  EXPECT_THAT(log(), HasSubstr("Scenarios:\t5 executed\t4 passed\t1 failed"));
  EXPECT_THAT(log(), ::testing::Not(HasSubstr("hunter2hunter2")));
}

// For many expressions, the scenarios that are listed are those that the real Gauge runs.
TEST_F(GaugeTest, lists_what_gauge_runs_for_every_tag_expression)
{
  const std::vector<std::pair<std::string, std::size_t>> cases{
      {"smoke", 3}, {"smoke & !bad", 2}, {"table | bad", 2}, {"SMOKE,bad", 1}, {"!(smoke & bad)", 3}, {"!smoke", 1}};
  for (const auto& [tags, count] : cases) {
    plan(suite_of(record::Runner::gauge, [&](auto& suite) { suite.tags = tags; }));
    const auto done = step();
    ASSERT_EQ(done.exit, 0) << done.err;
    EXPECT_EQ(recorded().planned.size(), count) << tags;
    const auto console = log();
    const auto listed = recorded().planned;
    for (const auto& [id, line] : {std::pair<std::string, std::string>{"smoke/First spec/Good one", "  ## Good one\n"},
                                   {"smoke/First spec/Bad one", "  ## Bad one\n"},
                                   {"smoke/First spec/Underlined", "  ## Underlined\n"},
                                   {"smoke/Second spec/Each row", "  ## Each row\n"}}) {
      const bool planned = std::ranges::count(listed, id) == 1;
      EXPECT_EQ(console.find(line) != std::string::npos, planned) << tags << ": " << id;
    }
  }
}

TEST_F(GaugeTest, a_pattern_chooses_scenarios_by_name)
{
  plan(suite_of(record::Runner::gauge, [](auto& suite) {
    suite.specs = {"specs/a.spec"};
    suite.pattern = "^(Good one|Underlined)$";
  }));
  const auto done = step();
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(recorded().planned, ElementsAre("smoke/First spec/Good one", "smoke/First spec/Underlined"));
  EXPECT_THAT(log(), HasSubstr("Scenarios:\t2 executed\t2 passed\t0 failed"));
}

TEST_F(GaugeTest, tags_that_fit_nothing_are_no_tests)
{
  plan(suite_of(record::Runner::gauge, [](auto& suite) { suite.tags = "nothing"; }));
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(m_folder.read("reason"), "NoTests");
  EXPECT_FALSE(run_dir().has("raw/smoke/console.log"));
}

TEST_F(GaugeTest, a_spec_that_gauge_cannot_parse_is_bad_input)
{
  write("specs/c.spec", "# Third spec\n\n## Twice\n* say \"x\"\n\n## Twice\n* say \"x\"\n");
  plan(suite_of(record::Runner::gauge));
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(m_folder.read("reason"), "BadInput");
  EXPECT_THAT(done.err, HasSubstr("c.spec"));
}

TEST_F(GaugeTest, steps_that_do_not_compile_ran_nothing)
{
  write("stepImpl/broken.go", "package stepImpl\nfunc x() { undefinedThing() }\n");
  plan(suite_of(record::Runner::gauge));
  const auto done = step();
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(m_folder.read("reason"), "NoTests");
  EXPECT_THAT(done.err, HasSubstr("undefinedThing"));
}

} // namespace
} // namespace streamgate::run_tests
