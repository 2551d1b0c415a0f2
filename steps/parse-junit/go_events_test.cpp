// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/go_events.hpp"
#include "parse-junit/test_rows.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::parse_junit {
namespace {

using test_support::owned;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

test_support::Read read(const std::string& text)
{
  test_support::Read out;
  out.end = read_go_events(text, "s", [&](const Row& row) { out.rows.push_back(owned(row)); });
  return out;
}

constexpr std::string_view k_run = R"({"Time":"2026-03-01T09:30:00Z","Action":"start","Package":"example.test/p"}
{"Action":"run","Package":"example.test/p","Test":"TestA"}
{"Action":"output","Package":"example.test/p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"run","Package":"example.test/p","Test":"TestA/sub_one"}
{"Action":"output","Package":"example.test/p","Test":"TestA/sub_one","Output":"    a_test.go:7: got 1, want 2\n"}
{"Action":"output","Package":"example.test/p","Test":"TestA/sub_one","Output":"    --- FAIL: TestA/sub_one (0.00s)\n"}
{"Action":"fail","Package":"example.test/p","Test":"TestA/sub_one","Elapsed":0.25}
{"Action":"fail","Package":"example.test/p","Test":"TestA","Elapsed":0.5}
{"Action":"run","Package":"example.test/p","Test":"TestB"}
{"Action":"pass","Package":"example.test/p","Test":"TestB","Elapsed":1.5}
{"Action":"run","Package":"example.test/p","Test":"TestC"}
{"Action":"output","Package":"example.test/p","Test":"TestC","Output":"    a_test.go:9: not on this platform\n"}
{"Action":"skip","Package":"example.test/p","Test":"TestC","Elapsed":0}
{"Action":"output","Package":"example.test/p","Output":"FAIL\n"}
{"Action":"fail","Package":"example.test/p","Elapsed":2}
)";

// The ids are those of gotestsum's JUnit of the same run.
TEST(GoEventsFile, ReadsARun)
{
  const auto out = read(std::string(k_run));
  EXPECT_TRUE(out.end.complete);
  EXPECT_THAT(out.end.problems, IsEmpty());
  EXPECT_THAT(statuses_of(out), ElementsAre("s/example.test/p/TestA/sub_one failed", "s/example.test/p/TestA failed",
                                            "s/example.test/p/TestB passed", "s/example.test/p/TestC skipped"));
  EXPECT_EQ(out.rows[0].name, "TestA/sub_one");
  EXPECT_EQ(out.rows[0].message, "a_test.go:7: got 1, want 2");
  EXPECT_THAT(out.rows[0].detail, HasSubstr("--- FAIL"));
  EXPECT_EQ(out.rows[0].duration_s, 0.25);
  EXPECT_EQ(out.rows[2].detail, "");
  EXPECT_EQ(out.rows[3].message, "a_test.go:9: not on this platform");
}

TEST(GoEventsFile, ATestThatDidNotEndIsAnError)
{
  const auto cut = read(R"({"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"waiting\n"}
)");
  EXPECT_FALSE(cut.end.complete);
  EXPECT_THAT(statuses_of(cut), ElementsAre("s/p/TestA error"));
  EXPECT_THAT(cut.rows[0].message, HasSubstr("did not end"));
  EXPECT_EQ(cut.rows[0].detail, "waiting");
  const auto ended = read(R"({"Action":"run","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"})");
  EXPECT_TRUE(ended.end.complete) << "os.Exit in a test ends the package, and go test says so";
  EXPECT_THAT(statuses_of(ended), ElementsAre("s/p/TestA error"));
}

TEST(GoEventsFile, APackageThatDoesNotCompileIsAnError)
{
  const auto out = read(
      R"({"ImportPath":"example.test/p [example.test/p.test]","Action":"build-output","Output":"# example.test/p\n"}
{"ImportPath":"example.test/p [example.test/p.test]","Action":"build-output","Output":"./a_test.go:3: undefined: x\n"}
{"ImportPath":"example.test/p [example.test/p.test]","Action":"build-fail"}
{"Action":"start","Package":"example.test/p"}
{"Action":"output","Package":"example.test/p","Output":"FAIL\texample.test/p [build failed]\n"}
{"Action":"fail","Package":"example.test/p","Elapsed":0,"FailedBuild":"example.test/p [example.test/p.test]"}
)");
  EXPECT_TRUE(out.end.complete);
  EXPECT_THAT(statuses_of(out), ElementsAre("s/example.test/p/TestMain error"));
  EXPECT_EQ(out.rows[0].message, "the package does not compile: # example.test/p");
  EXPECT_THAT(out.rows[0].detail, HasSubstr("undefined: x"));
  const auto alone = read(R"({"ImportPath":"q","Action":"build-fail"})");
  EXPECT_THAT(statuses_of(alone), ElementsAre("s/q/TestMain error"));
}

TEST(GoEventsFile, APackageThatFailedWithoutATestIsAnError)
{
  const auto out = read(R"({"Action":"output","Package":"p","Output":"cannot reach the cluster\n"}
{"Action":"fail","Package":"p","Elapsed":1})");
  EXPECT_THAT(statuses_of(out), ElementsAre("s/p/TestMain error"));
  EXPECT_EQ(out.rows[0].message, "the package failed outside of its tests: cannot reach the cluster");
}

TEST(GoEventsFile, OthersAreNoResults)
{
  for (const char* text : {"", "plain\n", "{}\n", "[1]\n", R"({"tests": 3})"}) {
    const auto out = read(text);
    EXPECT_FALSE(out.end.complete) << text;
    EXPECT_THAT(out.rows, IsEmpty());
  }
  const auto beside = read("warning: no network\n" + std::string(k_run));
  EXPECT_TRUE(beside.end.complete);
  EXPECT_THAT(beside.end.problems, ElementsAre("1 lines are no events and were not read"));
  const auto broken = read("{\"Action\":\n" + std::string(k_run));
  EXPECT_FALSE(broken.end.complete) << "an event was lost";
}

// What was read stays; nothing that is cut passes for whole.
TEST(GoEventsFile, CutAtEveryByte)
{
  const auto whole = statuses_of(read(std::string(k_run)));
  for (std::size_t size = 0; size + 2 < k_run.size(); ++size) {
    const auto out = read(std::string(k_run.substr(0, size)));
    EXPECT_FALSE(out.end.complete) << size;
    for (const auto& line : statuses_of(out))
      EXPECT_TRUE(std::ranges::find(whole, line) != whole.end() || line.ends_with(" error")) << line;
  }
}

TEST(GoEventsFile, RepeatedTestsAreRowsOfTheirOwn)
{
  EXPECT_EQ(read(std::string(k_run) + std::string(k_run)).rows.size(), 8U) << "-count=2: the flake rule settles them";
}

TEST(GoEventsFile, HoldsABoundedNumberOfTests)
{
  std::string text;
  for (int i = 0; i < 100010; ++i)
    text += fmt::format("{{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"T{}\"}}\n", i);
  const auto out = read(text);
  EXPECT_FALSE(out.end.complete);
  EXPECT_THAT(out.end.problems[0], HasSubstr("more than 100000"));
}

TEST(GoEventsFile, KeepsABoundedPartOfTheOutput)
{
  std::string text = R"({"Action":"run","Package":"p","Test":"T"})"
                     "\n";
  const std::string line(1000, 'x');
  for (int i = 0; i < 100; ++i)
    text += fmt::format("{{\"Action\":\"output\",\"Package\":\"p\",\"Test\":\"T\",\"Output\":\"ä{}\\n\"}}\n", line);
  const auto out = read(text + R"({"Action":"fail","Package":"p","Test":"T"})");
  ASSERT_EQ(out.rows.size(), 1U);
  EXPECT_LE(out.rows[0].detail.size(), k_detail_limit + (4U << 10U));
  EXPECT_GE(out.rows[0].detail.size(), k_detail_limit);
}

} // namespace
} // namespace streamgate::parse_junit
