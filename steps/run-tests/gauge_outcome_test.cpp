// SPDX-License-Identifier: Apache-2.0
#include "gauge_outcome.hpp"
#include "support/gauge_result.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::run_tests {
namespace {

using test::gauge::Said;
using test::gauge::scenario;
using test::gauge::spec;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(GaugeOutcome, is_the_failed_scenarios_and_counts)
{
  const auto read = read_gauge_outcome(
      spec("First", scenario("Good", Said::passed) + scenario("Bad", Said::failed) + scenario("Not", Said::skipped)) +
      spec("Second", scenario("Bad", Said::passed) + scenario("Ü", Said::failed)));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_THAT(read->failed, ElementsAre(Pair("First", "Bad"), Pair("Second", "Ü")));
  EXPECT_EQ(read->rows_executed, 4);
  EXPECT_EQ(read->rows_failed, 2);
  EXPECT_THAT(read->hooks, IsEmpty());
}

// Gauge's failures.json forgets it.
TEST(GaugeOutcome, has_a_scenario_whose_last_row_passed)
{
  const auto read = read_gauge_outcome(
      spec("Table", scenario("Each", Said::failed, true) + scenario("Each", Said::failed, true) +
                        scenario("Each", Said::passed, true) + scenario("Other", Said::passed, true)));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_THAT(read->failed, ElementsAre(Pair("Table", "Each")));
  EXPECT_EQ(read->rows_executed, 4);
  EXPECT_EQ(read->rows_failed, 2);
}

TEST(GaugeOutcome, tells_failed_hooks_apart)
{
  const auto read = read_gauge_outcome(spec("First", scenario("Good", Said::passed) + test::gauge::failed_hook()) +
                                       test::gauge::text(2, "before") + test::gauge::text(3, "after"));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_THAT(read->failed, IsEmpty());
  EXPECT_THAT(read->hooks, ElementsAre("First", "the suite", "the suite"));
}

TEST(GaugeOutcome, of_a_file_that_is_cut_or_something_else_is_bad_input)
{
  const auto whole = spec("First", scenario("Bad", Said::failed));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = read_gauge_outcome(std::string_view(whole).substr(0, size));
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, ErrorCode::bad_input);
  }
  EXPECT_FALSE(read_gauge_outcome("{\"FailedItems\": []}"));
}

} // namespace
} // namespace streamgate::run_tests
