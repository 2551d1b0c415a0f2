// SPDX-License-Identifier: Apache-2.0
#include "go_pattern.hpp"

#include <gtest/gtest.h>

namespace streamgate::run_tests {
namespace {

bool runs(std::string_view pattern, std::string_view test)
{
  return GoPattern::parse(pattern).value().runs(test);
}
bool skips(std::string_view pattern, std::string_view test)
{
  return GoPattern::parse(pattern).value().skips(test);
}

TEST(GoPattern, runs_what_the_first_level_fits_anywhere)
{
  EXPECT_TRUE(runs("", "TestA"));
  EXPECT_TRUE(runs("A", "TestABC"));
  EXPECT_FALSE(runs("^A", "TestA"));
  EXPECT_TRUE(runs("^TestA$", "TestA"));
  EXPECT_FALSE(runs("^TestA$", "TestAB"));
  EXPECT_TRUE(runs("TestA/sub", "TestA"));
  EXPECT_TRUE(runs("TestA|TestB", "TestB"));
  EXPECT_TRUE(runs("^(TestA|TestB)$", "TestB"));
  EXPECT_TRUE(runs("TestA/x|TestB", "TestB"));
  EXPECT_TRUE(runs("Test[/|]?A", "TestA"));
  EXPECT_TRUE(runs("Test(A|B/C)", "TestA"));
}

TEST(GoPattern, skips_only_what_fits_as_a_whole_test)
{
  EXPECT_FALSE(skips("", "TestA"));
  EXPECT_TRUE(skips("TestA", "TestA"));
  EXPECT_FALSE(skips("TestA/sub", "TestA"));
  EXPECT_TRUE(skips("TestA/sub|TestB", "TestB"));
  EXPECT_FALSE(skips("TestA/sub|TestB", "TestA"));
  EXPECT_TRUE(skips("TestA|TestA/sub", "TestA"));
  // go's own answer: the first that fits is for subtests only
  EXPECT_FALSE(skips("TestA/sub|TestA", "TestA"));
}

TEST(GoPattern, malformed_patterns_are_refused)
{
  for (const auto* text : {"(", "[", "a|*", "a(?=b)"}) {
    const auto parsed = GoPattern::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::bad_input);
  }
}

} // namespace
} // namespace streamgate::run_tests
