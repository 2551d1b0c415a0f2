// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/glob.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::parse_junit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Glob : public testing::Test {
protected:
  void SetUp() override
  {
    for (const char* file : {"a.xml", "b.xml", "b.txt", ".hidden.xml", "sub/c.xml", "sub/deep/d.xml", "sub/[x].xml"})
      folder.write(file, "");
  }
  std::vector<std::string> fits(const std::string& pattern)
  {
    const auto files = files_for((folder.path() / pattern).string());
    EXPECT_TRUE(files) << files.error().text();
    std::vector<std::string> out;
    for (const auto& file : files.value_or(std::vector<std::filesystem::path>{}))
      out.push_back(file.lexically_relative(folder.path()).string());
    return out;
  }
  test::TestFolder folder;
};

TEST_F(Glob, FindsWhatFits)
{
  EXPECT_THAT(fits("*.xml"), ElementsAre("a.xml", "b.xml"));
  EXPECT_THAT(fits("b.*"), ElementsAre("b.txt", "b.xml"));
  EXPECT_THAT(fits("?.xml"), ElementsAre("a.xml", "b.xml"));
  EXPECT_THAT(fits("[b-z].xml"), ElementsAre("b.xml"));
  EXPECT_THAT(fits("**/*.xml"), ElementsAre("a.xml", "b.xml", "sub/[x].xml", "sub/c.xml", "sub/deep/d.xml"));
  EXPECT_THAT(fits("sub/**/d.xml"), ElementsAre("sub/deep/d.xml"));
  EXPECT_THAT(fits("**/deep/*"), ElementsAre("sub/deep/d.xml"));
  EXPECT_THAT(fits("*/*.xml"), ElementsAre("sub/[x].xml", "sub/c.xml"));
}

TEST_F(Glob, TakesANameAsItStands)
{
  EXPECT_THAT(fits("a.xml"), ElementsAre("a.xml"));
  EXPECT_THAT(fits("sub/[x].xml"), ElementsAre("sub/[x].xml"));
  EXPECT_THAT(fits("none.xml"), ElementsAre("none.xml")) << "who opens it says that it is not there";
}

TEST_F(Glob, SaysThatNothingFits)
{
  for (const char* pattern : {"*.json", "**/none.xml", "nowhere/*.xml", "s*"}) {
    const auto files = files_for((folder.path() / pattern).string());
    ASSERT_FALSE(files) << pattern;
    EXPECT_EQ(files.error().code, ErrorCode::not_found);
    EXPECT_THAT(files.error().hint, HasSubstr("quote"));
  }
}

TEST_F(Glob, EndsInACircleOfLinks)
{
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "sub" / "loop");
  EXPECT_EQ(fits("**/c.xml").size(), 1U);
}

TEST_F(Glob, EndsWithManyStars)
{
  std::filesystem::path deep = folder.path();
  for (int i = 0; i < 40; ++i) deep /= "d";
  std::filesystem::create_directories(deep);
  const auto files = files_for((folder.path() / "**/**/**/**/**/**/none").string());
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, ErrorCode::bad_input);
}

} // namespace
} // namespace streamgate::parse_junit
