// SPDX-License-Identifier: Apache-2.0
#include "listing.hpp"

#include <gmock/gmock.h>

namespace streamgate::run_tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> go_list(std::string_view output)
{
  std::vector<std::string> out;
  const auto tests = read_go_list(output);
  EXPECT_TRUE(tests) << tests.error().text();
  if (tests) {
    for (const auto& [package, name] : *tests) out.push_back(package + "/" + name);
  }
  return out;
}

TEST(GoList, takes_tests_examples_and_fuzz_tests_of_every_package)
{
  EXPECT_THAT(go_list(R"({"Action":"start","Package":"a/b"}
{"Action":"output","Package":"a/b","Output":"TestOne\n"}
{"Action":"output","Package":"a/b","Output":"BenchmarkNo\n"}

{"Action":"output","Package":"c","Output":"ExampleTwo\n"}
{"Action":"output","Package":"c","Output":"FuzzÜ\n"}
{"Action":"output","Package":"c","Output":"ok  \tc\t0.1s\n"}
{"Action":"pass","Package":"c","Elapsed":0.1})"),
              ElementsAre("a/b/TestOne", "c/ExampleTwo", "c/FuzzÜ"));
}

TEST(GoList, takes_a_test_that_is_listed_twice_once)
{
  EXPECT_THAT(go_list(R"({"Action":"output","Package":"a","Output":"TestOne\n"}
{"Action":"output","Package":"b","Output":"TestOne\n"}
{"Action":"output","Package":"a","Output":"TestOne\n"})"),
              ElementsAre("a/TestOne", "b/TestOne"));
}

TEST(GoList, has_no_test_when_nothing_is_printed)
{
  EXPECT_THAT(go_list(""), IsEmpty());
}

// Whatever is no event of go's may stand in the place of a test.
TEST(GoList, does_not_depend_on_which_package_is_ready_first)
{
  EXPECT_THAT(go_list(R"({"Action":"output","Package":"b","Output":"TestTwo\n"}
{"Action":"output","Package":"a","Output":"TestTwo\n"}
{"Action":"output","Package":"b","Output":"TestOne\n"}
{"Action":"output","Package":"a","Output":"TestOne\n"})"),
              ElementsAre("a/TestTwo", "a/TestOne", "b/TestTwo", "b/TestOne"));
}

TEST(GoList, refuses_what_is_no_event)
{
  for (const std::string line : {"TestOne", "{\"Action\":\"output\"", "[]", "1", "null", "{}", "{\"Action\":1}"}) {
    const auto tests = read_go_list("{\"Action\":\"output\",\"Package\":\"a\",\"Output\":\"TestOne\\n\"}\n" + line);
    ASSERT_FALSE(tests) << line;
    EXPECT_EQ(tests.error().code, ErrorCode::bad_input) << line;
    EXPECT_THAT(tests.error().message, HasSubstr("output of go test -list")) << line;
  }
}

TEST(GaugeList, takes_headings_of_specs_and_scenarios)
{
  EXPECT_THAT(read_gauge_list("Some note\n[Specifications]\nOne\n  Two \r\n\n[Scenarios]\nOne\nFirst\n"),
              ElementsAre("# One", "# Two", "## First", "## One"));
}

TEST(GaugeList, has_no_heading_before_a_list_begins)
{
  EXPECT_THAT(read_gauge_list("One\nTwo"), IsEmpty());
}

} // namespace
} // namespace streamgate::run_tests
