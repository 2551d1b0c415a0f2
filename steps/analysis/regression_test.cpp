// SPDX-License-Identifier: Apache-2.0
#include "analysis/fisher.hpp"
#include "analysis/regression.hpp"
#include "analysis/test_support.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace streamgate::analysis {
namespace {

using namespace std::chrono_literals;
using enum RegressionState;
using test::failed;
using test::now;
using test::passed;
using test::run_at;
using ::testing::HasSubstr;

Comparison compared(const Counts& base, const Counts& sample, const RegressionRules& rules = {})
{
  return compare("s/a", base, sample, true, rules);
}

struct Case {
  const char* name;
  Counts base;
  Counts sample;
  RegressionState state;
  const char* text;
};

class Compare : public ::testing::TestWithParam<Case> {};

TEST_P(Compare, SaysWhatIsSo)
{
  const auto& [name, base, sample, state, text] = GetParam();
  const Comparison out = compared(base, sample);
  EXPECT_EQ(name_of(out.state), name_of(state));
  EXPECT_EQ(out.text, text);
  EXPECT_EQ(out.p.has_value(), base.runs > 0 && sample.runs > 0);
}

INSTANTIATE_TEST_SUITE_P(
    Golden, Compare,
    ::testing::Values(
        Case{"extreme",
             {60, 58, 0},
             {9, 4, 0},
             extreme_regression,
             "passed 58 of 60 (97 %) in the 30 days before, 4 of 9 (44 %) in the last 7 days: p = 0.0002, so this is a "
             "regression, and one of more than 15 points (chance alone would do that in 2 of 10,000 weeks)"},
        Case{"significant",
             {300, 297, 0},
             {30, 27, 0},
             significant_regression,
             "passed 297 of 300 (99 %) in the 30 days before, 27 of 30 (90 %) in the last 7 days: p = 0.0113, so this "
             "is a regression (chance alone would do that in 1 of 100 weeks)"},
        Case{"few_failures",
             {300, 300, 0},
             {9, 7, 0},
             no_significant_difference,
             "passed 300 of 300 (100 %) in the 30 days before, 7 of 9 (78 %) in the last 7 days: p = 0.0008, and fewer "
             "than 3 failures are not taken for a regression"},
        Case{"pity",
             {10000, 10000, 0},
             {1000, 960, 0},
             no_significant_difference,
             "passed 10000 of 10000 (100 %) in the 30 days before, 960 of 1000 (96 %) in the last 7 days: p < 0.0001, "
             "but a loss of up to 5 points is forgiven"},
        Case{"chance",
             {10, 8, 0},
             {10, 7, 0},
             no_significant_difference,
             "passed 8 of 10 (80 %) in the 30 days before, 7 of 10 (70 %) in the last 7 days: p = 0.50, so this is no "
             "significant difference (chance alone would do that in 50 of 100 weeks)"},
        Case{"improvement",
             {40, 10, 0},
             {20, 17, 0},
             significant_improvement,
             "passed 10 of 40 (25 %) in the 30 days before, 17 of 20 (85 %) in the last 7 days: p < 0.0001, so this is "
             "an improvement (chance alone would do that in less than 1 of 10,000 weeks)"},
        Case{"flakes_pass",
             {60, 50, 10},
             {9, 2, 7},
             no_significant_difference,
             "passed 60 of 60 (100 %) in the 30 days before, 9 of 9 (100 %) in the last 7 days: p = 1.00, which is no "
             "regression"},
        Case{"new_ok",
             {0, 0, 0},
             {20, 18, 1},
             new_test_ok,
             "passed 19 of 20 (95 %) in the last 7 days and did not run in the 30 days before: a new test, which "
             "passes the 95 % that is asked of one"},
        Case{"new_bad",
             {0, 0, 0},
             {6, 3, 0},
             new_test_too_bad,
             "passed 3 of 6 (50 %) in the last 7 days and did not run in the 30 days before: 95 % over at least 6 runs "
             "is asked of a new test"},
        Case{"new_few_runs",
             {0, 0, 0},
             {5, 0, 0},
             not_enough_data,
             "passed 0 of 5 (0 %) in the last 7 days and did not run in the 30 days before: 5 runs and 5 failures are "
             "too few to tell of a new test"},
        Case{"new_few_failures",
             {0, 0, 0},
             {6, 4, 0},
             not_enough_data,
             "passed 4 of 6 (67 %) in the last 7 days and did not run in the 30 days before: 6 runs and 2 failures are "
             "too few to tell of a new test"},
        Case{"gone",
             {60, 58, 0},
             {0, 0, 0},
             not_enough_data,
             "passed 58 of 60 (97 %) in the 30 days before and did not run in the last 7 days"}),
    [](const auto& of) { return of.param.name; });

TEST(Regression, WithoutAnyBaseThereIsNoBasis)
{
  const Comparison good = compare("s/a", {}, {9, 9, 0}, false, {});
  EXPECT_EQ(good.state, basis_missing);
  EXPECT_THAT(good.text, HasSubstr("there is nothing to compare with"));
  EXPECT_EQ(compare("s/a", {}, {9, 3, 0}, false, {}).state, new_test_too_bad);
  EXPECT_EQ(compare("s/a", {}, {}, false, {}).state, not_enough_data);
}

TEST(Regression, TheRulesAreRules)
{
  RegressionRules rules;
  rules.flake_as_failure = true;
  EXPECT_EQ(compared({60, 59, 1}, {9, 2, 7}, rules).state, extreme_regression);
  rules = {};
  rules.minimum_failures = 2;
  EXPECT_EQ(compared({300, 300, 0}, {9, 7, 0}, rules).state, extreme_regression);
  rules = {};
  rules.pity = 3;
  EXPECT_EQ(compared({10000, 10000, 0}, {1000, 960, 0}, rules).state, significant_regression);
  rules = {};
  rules.confidence = 99;
  EXPECT_EQ(compared({300, 297, 0}, {30, 27, 0}, rules).state, no_significant_difference);
  rules = {};
  rules.extreme = 60;
  EXPECT_EQ(compared({60, 58, 0}, {9, 4, 0}, rules).state, significant_regression);
  rules = {};
  rules.new_test_rate = 40;
  EXPECT_EQ(compared({}, {6, 3, 0}, rules).state, new_test_ok);
}

// A loss of exactly 5 points is forgiven, and of exactly 15 not extreme: floating point would see more.
TEST(Regression, BordersAreExact)
{
  EXPECT_EQ(compared({100000, 100000, 0}, {10000, 9500, 0}).state, no_significant_difference);
  EXPECT_EQ(compared({100000, 100000, 0}, {10000, 9499, 0}).state, significant_regression);
  EXPECT_EQ(compared({100000, 100000, 0}, {10000, 8500, 0}).state, significant_regression);
  EXPECT_EQ(compared({100000, 100000, 0}, {10000, 8499, 0}).state, extreme_regression);
}

// Sippy's decision, written down once more from its description, in floating point.
RegressionState as_sippy(const Counts& base, const Counts& sample)
{
  const auto base_rate = static_cast<double>(base.passes) / static_cast<double>(base.runs);
  const auto sample_rate = static_cast<double>(sample.passes) / static_cast<double>(sample.runs);
  if (sample.runs - sample.passes < 3) return no_significant_difference;
  const bool better = sample_rate >= base_rate;
  if (better) {
    const double p =
        fisher_right_tail({base.runs - base.passes, base.passes, sample.runs - sample.passes, sample.passes});
    return p < 0.05 ? significant_improvement : no_significant_difference;
  }
  if (base_rate - sample_rate <= 0.05) return no_significant_difference;
  const double p =
      fisher_right_tail({sample.runs - sample.passes, sample.passes, base.runs - base.passes, base.passes});
  if (p >= 0.05) return no_significant_difference;
  return base_rate - sample_rate > 0.15 ? extreme_regression : significant_regression;
}

TEST(Regression, DecidesAsSippyDoes)
{
  std::mt19937 random(4);
  std::map<RegressionState, int> seen;
  for (int i = 0; i < 20000; ++i) {
    Counts base{1 + static_cast<std::int64_t>(random() % 120), 0, 0};
    Counts sample{1 + static_cast<std::int64_t>(random() % 40), 0, 0};
    base.passes = base.runs - static_cast<std::int64_t>(random() % 20) % (base.runs + 1);
    sample.passes = sample.runs - static_cast<std::int64_t>(random() % 20) % (sample.runs + 1);
    // On the borders themselves floating point is wrong.
    const auto lost = (base.passes * sample.runs - sample.passes * base.runs) * 100;
    const auto all = base.runs * sample.runs;
    if (lost == 5 * all || lost == 15 * all) continue;
    const auto state = compared(base, sample).state;
    ASSERT_EQ(name_of(state), name_of(as_sippy(base, sample)))
        << base.passes << "/" << base.runs << " " << sample.passes << "/" << sample.runs;
    ++seen[state];
  }
  EXPECT_EQ(seen.size(), 4U);
}

// More failures never make it better.
TEST(Regression, IsMonotone)
{
  for (std::int64_t runs = 1; runs <= 30; ++runs) {
    bool regressed = false;
    double before = 0;
    for (std::int64_t failures = 0; failures <= runs; ++failures) {
      const Comparison out = compared({60, 54, 0}, {runs, runs - failures, 0});
      EXPECT_TRUE(!regressed || is_regression(out.state)) << runs << " " << failures;
      regressed = regressed || is_regression(out.state);
      const double rate = 1 - out.sample_rate;
      EXPECT_GE(rate, before);
      before = rate;
    }
  }
}

TEST(Regression, WindowsEndAtTheCurrentRun)
{
  TestHistory history;
  history.add(run_at("current", now(), {failed("s/a"), passed("s/b")}));
  history.add(run_at("future", now() + 1h, {failed("s/a"), failed("s/b")}));
  history.add(run_at("edge-of-sample", now() - 7 * 24h + 1ms, {failed("s/a"), passed("s/b")}));
  history.add(run_at("edge-of-base", now() - 7 * 24h, {passed("s/a"), passed("s/b")}));
  history.add(run_at("oldest", now() - 37 * 24h + 1ms, {passed("s/a"), passed("s/b")}));
  history.add(run_at("too-old", now() - 37 * 24h, {failed("s/a"), failed("s/b"), failed("s/gone")}));
  const auto tests = compare_tests(history, now(), {});
  ASSERT_EQ(tests.size(), 2U);
  for (const auto& one : tests) {
    EXPECT_EQ(one.base.runs, 2) << one.id;
    EXPECT_EQ(one.base.passes, 2) << one.id;
    EXPECT_EQ(one.sample.runs, 2) << one.id;
    EXPECT_EQ(one.sample.passes, one.id == "s/a" ? 0 : 2) << one.id;
  }
  const auto suites = compare_suites(history, now(), {});
  ASSERT_EQ(suites.size(), 1U);
  EXPECT_EQ(suites[0].id, "s");
  EXPECT_EQ(suites[0].base.passes, 2);
  EXPECT_EQ(suites[0].sample.passes, 0);
  EXPECT_EQ(suites[0].state, no_significant_difference) << "two failures are fewer than three";
}

TEST(Regression, AMonthOfHistoryThenABadWeek)
{
  TestHistory history;
  history.add(run_at("now", now(), {failed("s/a"), failed("s/new"), passed("s/b")}));
  for (int day = 1; day < 37; ++day) {
    std::vector<record::HistoryTest> tests{day < 4 ? failed("s/a") : passed("s/a"), passed("s/b")};
    if (day < 7) tests.push_back(failed("s/new"));
    history.add(run_at(fmt::format("run-{}", day), now() - day * 24h, tests));
  }
  const auto tests = compare_tests(history, now(), {});
  ASSERT_EQ(tests.size(), 3U);
  EXPECT_EQ(tests[0].state, extreme_regression) << tests[0].text;
  EXPECT_EQ(tests[1].state, no_significant_difference) << tests[1].text;
  EXPECT_EQ(tests[2].state, new_test_too_bad) << tests[2].text;
  EXPECT_EQ(compare_suites(history, now(), {}).at(0).state, extreme_regression);
}

} // namespace
} // namespace streamgate::analysis
