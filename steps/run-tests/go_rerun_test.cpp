// SPDX-License-Identifier: Apache-2.0
#include "go_rerun.hpp"
#include "support/go_match.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace streamgate::run_tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::string event(const std::string& action, const std::string& test, const std::string& package = "p")
{
  return R"({"Action":")" + action + R"(","Package":")" + package + R"(","Test":")" + test + "\"}\n";
}

TEST(GoEnds, say_how_each_test_of_each_package_ended)
{
  const auto read = read_go_events(
      event("run", "TestA") + event("run", "TestA/x") + event("pass", "TestA/x") + event("fail", "TestA") +
      event("skip", "TestB") + event("pass", "TestA", "q") + event("run", "TestCut") + event("pause", "TestCut") +
      R"({"Action":"fail","Package":"p"})" + "\n" + R"({"Action":"output","Package":"p","Test":"TestO","Output":"x"})");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_THAT(read.at("p"),
              ElementsAre(Pair("TestA", GoTestEvents{true, GoEnd::failed}),
                          Pair("TestA/x", GoTestEvents{true, GoEnd::passed}),
                          Pair("TestB", GoTestEvents{false, GoEnd::skipped}), Pair("TestCut", GoTestEvents{true})));
  EXPECT_THAT(read.at("q"), ElementsAre(Pair("TestA", GoTestEvents{false, GoEnd::passed})));
}

// A TestMain may run the tests in two parts, and a suite's own -count each test more than once.
TEST(GoEnds, the_worst_end_counts)
{
  const auto read = read_go_events(event("fail", "TestA") + event("run", "TestA") + event("pass", "TestA"));
  EXPECT_EQ(read.at("p").at("TestA").end, GoEnd::failed);
}

TEST(GoEnds, what_is_no_event_is_passed_over)
{
  EXPECT_THAT(read_go_events("FAIL\n{\n[]\n7\n{}\n\n{\"Action\":5,\"Test\":\"\"}\n{\"Action\":\"fai"), IsEmpty());
}

TEST(FailedLeaves, are_the_subtests_or_the_test_itself)
{
  constexpr GoTestEvents k_failed{true, GoEnd::failed};
  constexpr GoTestEvents k_passed{true, GoEnd::passed};
  EXPECT_THAT(failed_leaves({{"TestA", k_failed},
                             {"TestA/x", k_failed},
                             {"TestA/x#01", k_passed},
                             {"TestA/x/deep", k_failed},
                             {"TestA/y", {true, GoEnd::none}},
                             {"TestAB", k_failed},
                             {"TestC", k_failed},
                             {"TestC/good", k_passed},
                             {"TestD", {true, GoEnd::skipped}}}),
              ElementsAre("TestA/x/deep", "TestAB", "TestC"));
}

// What the events of a fuzz test's seed in the file "my seed (1)" say.
TEST(FailedLeaves, are_the_whole_test_when_a_name_is_cut)
{
  constexpr GoTestEvents k_failed{true, GoEnd::failed};
  EXPECT_THAT(failed_leaves({{"FuzzA", k_failed},
                             {"FuzzA/my seed (1)", {true, GoEnd::none}},
                             {"FuzzA/my seed", {false, GoEnd::failed}},
                             {"FuzzA/other", k_failed},
                             {"FuzzAB/x", k_failed}}),
              ElementsAre("FuzzA", "FuzzAB/x"));
}

TEST(ExactGoPattern, names_one_test_alone)
{
  EXPECT_EQ(exact_go_pattern("TestA"), "^TestA$");
  EXPECT_EQ(exact_go_pattern("TestA/a_b/#00"), "^TestA$/^a_b$/^#00$");
  EXPECT_EQ(exact_go_pattern("TestA/"), "^TestA$/^$");
  EXPECT_EQ(exact_go_pattern(R"(TestA/[a-z]*(x|y)+?.{2}^$\d)"), R"(^TestA$/^\[a-z\]\*\(x\|y\)\+\?\.\{2\}\^\$\\d$)");
  // A seed of a fuzz test keeps the blanks of its file's name, but go would rewrite those of a pattern.
  EXPECT_EQ(exact_go_pattern("FuzzA/my seed"), R"(^FuzzA$/^my\x{20}seed$)");
  EXPECT_EQ(exact_go_pattern("TestÜ/日本\xff"), R"(^Test\x{dc}$/^\x{65e5}\x{672c}\x{fffd}$)");
}

TEST(GoRunPattern, joins_alternatives)
{
  EXPECT_EQ(go_run_pattern({"TestA/x", "TestB"}), "^TestA$/^x$|^TestB$");
}

TEST(GoRuns, what_is_named_and_what_is_above_and_below_it)
{
  const std::set<std::string, std::less<>> names{"TestA/x/y", "TestB"};
  for (const auto* test : {"TestA", "TestA/x", "TestA/x/y", "TestA/x/y/z", "TestB", "TestB/any"})
    EXPECT_TRUE(go_runs(names, test)) << test;
  for (const auto* test : {"Test", "TestAx", "TestA/x/yy", "TestA/xx", "TestA/x ", "TestBB", "TestC"})
    EXPECT_FALSE(go_runs(names, test)) << test;
}

// Of many names made of what is special to go, regular expressions and this code, go runs those that go_runs says.
TEST(GoRunPattern, chooses_as_go_does)
{
  std::mt19937 random(1); // NOLINT: the same names every time
  const std::vector<std::string> pieces{"/", "/", "a", "a", "b", "|", "(", ")", "[", "]",  "\\", "^",      "$",
                                        ".", "*", "+", "?", "{", "}", "#", "_", " ", "\t", "ü",  "\u2028", "\\d"};
  const auto name = [&] {
    std::string out = random() % 2 == 0 ? "TestA" : "TestB";
    for (auto count = random() % 6; count > 0; --count) out += pieces[random() % pieces.size()];
    return out;
  };
  std::size_t run = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> names;
    for (auto count = 1 + random() % 4; count > 0; --count) names.push_back(name());
    const auto pattern = go_run_pattern(names);
    const std::set<std::string, std::less<>> set(names.begin(), names.end());
    EXPECT_TRUE(std::ranges::all_of(pattern, [](char c) { return c > ' ' && c <= '~'; })) << pattern;
    for (const auto& test : {names[0], name(), name(), names.back() + "/x", names[0] + "a"}) {
      ASSERT_EQ(test::go_would_run(pattern, "", test), go_runs(set, test)) << pattern << " and " << test;
      run += go_runs(set, test) ? 1U : 0U;
    }
  }
  EXPECT_GT(run, 2000U);
}

} // namespace
} // namespace streamgate::run_tests
