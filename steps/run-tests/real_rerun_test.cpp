// SPDX-License-Identifier: Apache-2.0
#include "real_runner_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>

// Re-runs with the real gauge and its Go runner, gotestsum and go. Each test notes in a file each time that it runs.
namespace streamgate::run_tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// The end of a Go file: `times(name)` notes a run and returns how many there were so far.
constexpr std::string_view k_times = R"(
func times(name string) int {
	file, err := os.OpenFile(os.Getenv("RUNS"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil { panic(err) }
	fmt.Fprintf(file, "%q\n", name)
	file.Close()
	text, err := os.ReadFile(os.Getenv("RUNS"))
	if err != nil { panic(err) }
	count := 0
	for _, line := range strings.Split(string(text), "\n") { if line == fmt.Sprintf("%q", name) { count++ } }
	return count
}
)";

class RealRerunTest : public RealRunnerTest {
protected:
  record::PlannedSuite suite(record::Runner runner)
  {
    return suite_of(runner, [&](auto& to) { to.environment["RUNS"] = (m_folder.path() / "runs").string(); });
  }
  // How often the test ran, by the name in Go's quotes.
  std::int64_t runs(const std::string& quoted) const
  {
    std::int64_t out = 0;
    std::string_view rest = m_runs;
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      out += rest.substr(0, end) == '"' + quoted + '"' ? 1 : 0;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
  }
  test::ProcessResult step_with_runs(const std::vector<std::string>& more = {})
  {
    auto out = step(more);
    m_runs = m_folder.read("runs");
    return out;
  }
  std::string m_runs;
};

class GoRerunTest : public RealRerunTest {
protected:
  void SetUp() override
  {
    if (!test::real_tools(m_environment, {"git", "go", "gotestsum"})) FAIL() << "a tool is missing";
    write("go.mod", "module example.com/s\n\ngo 1.22\n");
  }
  void write_package(const std::string& name, const std::string& tests)
  {
    write(name + "/x_test.go", "package " + name + "\nimport (\"flag\"; \"fmt\"; \"os\"; \"strings\"; \"testing\")\n" +
                                   "var _ = flag.Parse\n" + tests + std::string(k_times));
  }
};

TEST_F(GoRerunTest, only_what_failed_runs_again)
{
  const std::string tests = R"(
func TestFlaky(t *testing.T) { if times("NAME " + t.Name()) == 1 && "NAME" == "a" { t.Fatal("the first time") } }
func TestFlakyToo(t *testing.T) { times("NAME " + t.Name()) }
func TestBroken(t *testing.T) { times("NAME " + t.Name()); if "NAME" == "a" { t.Fatal("always") } }
func TestGood(t *testing.T) { times("NAME " + t.Name()) }
func TestSkipped(t *testing.T) { times("NAME " + t.Name()); t.Skip() }
)";
  for (const std::string name : {"a", "b"}) {
    auto text = tests;
    for (auto at = text.find("NAME"); at != std::string::npos; at = text.find("NAME")) text.replace(at, 4, name);
    write_package(name, text);
  }
  plan(suite(record::Runner::go_test));
  const auto done = step_with_runs({"--retries", "2"});
  ASSERT_EQ(done.exit, 0) << done.err;
  const auto record = recorded();
  EXPECT_EQ(record.exit_code, 1);
  ASSERT_EQ(record.reruns.size(), 2U) << done.err;
  EXPECT_THAT(record.reruns[0].tests,
              ElementsAre("smoke/example.com/s/a/TestBroken", "smoke/example.com/s/a/TestFlaky"));
  EXPECT_THAT(record.reruns[1].tests, ElementsAre("smoke/example.com/s/a/TestBroken"));
  EXPECT_EQ(runs("a TestBroken"), 3);
  EXPECT_EQ(runs("a TestFlaky"), 2);
  for (const auto* test : {"a TestFlakyToo", "a TestGood", "a TestSkipped", "b TestFlaky", "b TestFlakyToo",
                           "b TestBroken", "b TestGood", "b TestSkipped"})
    EXPECT_EQ(runs(test), 1) << test;
  const auto junit = m_folder.read("run/raw/smoke/rerun-1/junit.xml");
  EXPECT_THAT(junit, HasSubstr(R"(classname="example.com/s/a" name="TestFlaky")"));
  EXPECT_THAT(junit, HasSubstr(R"(classname="example.com/s/a" name="TestBroken")"));
  EXPECT_THAT(junit, Not(HasSubstr("TestGood")));
  EXPECT_THAT(junit, HasSubstr(R"(tests="2" failures="1")"));
}

// Names that Go rewrites, that are several levels, or that say something in a pattern. Each fails once; what a careless
// pattern would run too does not.
constexpr std::string_view k_odd_names = R"(
var odd = []string{"a b", "a/b", "a/c/", "ü[", "", "", "x#01", "tab\there", "nul\x00", "bad\xff", "q\"uote", "(|", "\\d",
	"c\u200bz", "日本 語", ".*", "^$", "x{2}", "b|c/(d", "[a-z]+", "]", "$HOME", "-skip", "'", "\U0001F600"}
var good = []string{"good", "a_", "1", "xx", "c", "b", "d", "A b", "a/bc", "u"}
func TestOdd(t *testing.T) {
	for _, name := range append(odd, good...) {
		t.Run(name, func(t *testing.T) {
			first := times(t.Name()) == 1
			for _, one := range good { if one == name { return } }
			t.Run("fine", func(t *testing.T) { times(t.Name()) })
			t.Run("deep", func(t *testing.T) { times(t.Name()); if first { t.Fatal("the first time") } })
		})
	}
}
func TestOddToo(t *testing.T) { times(t.Name()); t.Run("deep", func(t *testing.T) { times(t.Name()) }) }
func FuzzSeed(f *testing.F) {
	f.Add("in code")
	f.Fuzz(func(t *testing.T, text string) { if times("seed " + text) == 1 && text != "in code" { t.Fatal("the first time") } })
}
func ExampleBad() {
	fmt.Println(times("example"))
	// Output: 2
}
)";

TEST_F(GoRerunTest, subtests_of_any_name_run_again_alone)
{
  write_package("a", std::string(k_odd_names));
  write("a/testdata/fuzz/FuzzSeed/my seed (1)", "go test fuzz v1\nstring(\"in a file\")\n");
  plan(suite(record::Runner::go_test));
  const auto done = step_with_runs({"--retries", "2"});
  ASSERT_EQ(done.exit, 0) << done.err;
  const auto record = recorded();
  ASSERT_EQ(record.reruns.size(), 1U) << done.err;
  EXPECT_THAT(record.reruns[0].tests, ElementsAre("smoke/example.com/s/a/ExampleBad", "smoke/example.com/s/a/FuzzSeed",
                                                  "smoke/example.com/s/a/TestOdd"));
  EXPECT_EQ(record.reruns[0].exit_code, 0) << m_folder.read("run/raw/smoke/rerun-1/console.log");
  for (const std::string name : {"a_b",
                                 "a/b",
                                 "a/c/",
                                 "ü[",
                                 "#00",
                                 "#01",
                                 "x#01",
                                 "tab_here",
                                 R"(nul\\x00)",
                                 "bad\xef\xbf\xbd",
                                 R"(q\"uote)",
                                 "(|",
                                 R"(\\d)",
                                 R"(c\\u200bz)",
                                 "日本_語",
                                 ".*",
                                 "^$",
                                 "x{2}",
                                 "b|c/(d",
                                 "[a-z]+",
                                 "]",
                                 "$HOME",
                                 "-skip",
                                 "'",
                                 "😀"}) {
    EXPECT_EQ(runs("TestOdd/" + name), 2) << name;
    EXPECT_EQ(runs("TestOdd/" + name + "/deep"), 2) << name;
    EXPECT_EQ(runs("TestOdd/" + name + "/fine"), 1) << name;
  }
  for (const std::string name : {"good", "a_", "1", "xx", "c", "b", "d", "A_b", "a/bc", "u"})
    EXPECT_EQ(runs("TestOdd/" + name), 1) << name;
  EXPECT_EQ(runs("TestOddToo"), 1);
  EXPECT_EQ(runs("TestOddToo/deep"), 1);
  // Go does not tell how a seed with such a name ended: the whole of its test runs again.
  EXPECT_EQ(runs("seed in code"), 2);
  EXPECT_EQ(runs("seed in a file"), 2);
  EXPECT_EQ(runs("example"), 2);
}

// Upstream's e2e suites do so: what does not run again must be left out by -skip.
TEST_F(GoRerunTest, a_test_main_that_sets_run_itself_runs_only_what_failed)
{
  write_package("a", R"(
func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.run", "^(TestFlaky|TestGood|TestOther)$")
	os.Exit(m.Run())
}
func TestFlaky(t *testing.T) {
	times(t.Name())
	t.Run("good", func(t *testing.T) { times(t.Name()) })
	t.Run("flaky", func(t *testing.T) {
		t.Run("good", func(t *testing.T) { times(t.Name()) })
		t.Run("it", func(t *testing.T) { if times(t.Name()) == 1 { t.Fatal("the first time") } })
	})
	t.Run("more", func(t *testing.T) { t.Run("good", func(t *testing.T) { times(t.Name()) }) })
}
func TestGood(t *testing.T) { times(t.Name()) }
func TestOther(t *testing.T) { times(t.Name()) }
)");
  auto chosen = suite(record::Runner::go_test);
  chosen.pattern = "^(TestFlaky|TestGood)$";
  chosen.skip = "TestFlaky/nothing";
  plan(chosen);
  const auto done = step_with_runs();
  ASSERT_EQ(done.exit, 0) << done.err;
  ASSERT_EQ(recorded().reruns.size(), 1U) << done.err;
  EXPECT_EQ(recorded().reruns[0].exit_code, 0);
  for (const auto* test : {"TestFlaky", "TestFlaky/flaky/it"}) EXPECT_EQ(runs(test), 2) << test;
  for (const auto* test : {"TestFlaky/good", "TestFlaky/flaky/good", "TestFlaky/more/good", "TestGood"})
    EXPECT_EQ(runs(test), 1) << test;
  EXPECT_EQ(runs("TestOther"), 0);
}

// gotestsum calls those failed that a panic of another one cut off.
TEST_F(GoRerunTest, of_a_package_that_panicked_only_the_test_that_did_runs_again)
{
  write_package("a", R"(
func TestWaits(t *testing.T) { t.Parallel(); times(t.Name()); select {} }
func TestPanics(t *testing.T) { t.Parallel(); if times(t.Name()) == 1 { panic("the first time") } }
func TestZNever(t *testing.T) { t.Parallel(); times(t.Name()); select {} }
)");
  auto together = suite(record::Runner::go_test);
  together.arguments = {"-parallel=3"};
  plan(together);
  const auto done = step_with_runs();
  ASSERT_EQ(done.exit, 0) << done.err;
  const auto record = recorded();
  ASSERT_EQ(record.reruns.size(), 1U) << done.err;
  EXPECT_THAT(record.reruns[0].tests, ElementsAre("smoke/example.com/s/a/TestPanics"));
  EXPECT_EQ(record.reruns[0].exit_code, 0);
  EXPECT_THAT(done.err, HasSubstr("2 tests did not end, because their package did"));
  EXPECT_EQ(runs("TestPanics"), 2);
  EXPECT_LE(runs("TestWaits"), 1);
}

class GaugeRerunTest : public RealRerunTest {
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
	"strings"
	"github.com/getgauge-contrib/gauge-go/gauge"
	"github.com/getgauge-contrib/gauge-go/gauge_messages"
	. "github.com/getgauge-contrib/gauge-go/testsuit"
)
var _ = gauge.Step("good <x>", func(x string) { times(x) })
var _ = gauge.Step("flaky <x>", func(x string) { if times(x) == 1 { T.Fail(fmt.Errorf("the first time")) } })
var _ = gauge.Step("bad <x>", func(x string) { times(x); T.Fail(fmt.Errorf("always")) })
var _ = gauge.Step("bad if <x> is <y>", func(x string, y string) { if times(x) == 1 && x == y { T.Fail(fmt.Errorf("row")) } })
var _ = gauge.AfterSpec(func(info *gauge_messages.ExecutionInfo) { T.Fail(fmt.Errorf("hook")) }, []string{"hook"}, AND)
)" + std::string(k_times));
  }
};

TEST_F(GaugeRerunTest, only_scenarios_that_failed_run_again_with_all_their_rows)
{
  write("specs/a.spec", "# First spec\ntags: smoke\n\n## Good one\n* good \"a good\"\n\nFlaky one\n---------\n* flaky "
                        "\"a flaky\"\n\n## Broken: one\n* bad \"a bad\"\n\n## Good two\n* good \"a good 2\"\n");
  write("specs/deep er/b.md", "Second spec\n===========\n\n   |row|\n   |---|\n   |r1 |\n   |r2 |\n   |r3 |\n\n## Each "
                              "row\n* bad if <row> is \"r2\"\n\n## Each good row\n* good <row>\n");
  write("specs/hook.spec", "# Third spec\ntags: hook\n## Fine\n* good \"hook good\"\n## Now and then\n* flaky \"hook "
                           "flaky\"\n");
  auto chosen = suite(record::Runner::gauge);
  chosen.tags = "!none";
  plan(chosen);
  const auto done = step_with_runs({"--retries", "2"});
  ASSERT_EQ(done.exit, 0) << done.err;
  const auto record = recorded();
  ASSERT_EQ(record.reruns.size(), 2U) << done.err;
  EXPECT_THAT(record.reruns[0].tests,
              ::testing::UnorderedElementsAre("smoke/First spec/Flaky one", "smoke/First spec/Broken: one",
                                              "smoke/Second spec/Each row", "smoke/Third spec/Now and then"));
  EXPECT_THAT(record.reruns[1].tests, ElementsAre("smoke/First spec/Broken: one"));
  EXPECT_THAT(record.reruns[1].command, HasSubstr(" specs/a.spec:11"));
  EXPECT_EQ(runs("a flaky"), 2);
  EXPECT_EQ(runs("a bad"), 3);
  EXPECT_EQ(runs("a good"), 1);
  EXPECT_EQ(runs("a good 2"), 1);
  EXPECT_THAT(done.err, HasSubstr("a hook of Third spec failed"));
  EXPECT_EQ(runs("hook good"), 1);
  EXPECT_EQ(runs("hook flaky"), 2);
  const auto again = m_folder.read("run/raw/smoke/rerun-1/console.log");
  EXPECT_THAT(again, HasSubstr("  ## Each row"));
  EXPECT_THAT(again, Not(HasSubstr("  ## Each good row")));
  EXPECT_THAT(again, Not(HasSubstr("  ## Good")));
  EXPECT_THAT(m_folder.read("run/raw/smoke/rerun-1/executionStatus.json"), HasSubstr("\"sceFailed\":1"));
}

} // namespace
} // namespace streamgate::run_tests
