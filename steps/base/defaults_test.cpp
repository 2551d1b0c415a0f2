// SPDX-License-Identifier: Apache-2.0
#include "base/defaults.hpp"
#include "base/file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace streamgate {
namespace {

class Defaults : public ::testing::Test {
protected:
  void SetUp() override
  {
    auto made = file::TemporaryFolder::make("defaults");
    ASSERT_TRUE(made);
    m_folder.emplace(std::move(*made));
  }
  void TearDown() override
  {
    for (const auto* name : {"SG_TEST_A", "SG_TEST_B"}) ::unsetenv(name);
  }
  const std::filesystem::path& folder() const { return m_folder->path(); }
  void put(const std::string& name, std::string_view value) { ASSERT_TRUE(file::write_atomic(folder() / name, value)); }

private:
  std::optional<file::TemporaryFolder> m_folder;
};

TEST_F(Defaults, AreFilesNamedLikeVariables)
{
  put("SG_TEST_A", "one\n");
  put("SG_TEST_B", "a=b\nc=d\n\n");
  ASSERT_TRUE(defaults::load(folder()));
  EXPECT_STREQ(std::getenv("SG_TEST_A"), "one");
  EXPECT_STREQ(std::getenv("SG_TEST_B"), "a=b\nc=d\n") << "only the last newline is the file's";
}

TEST_F(Defaults, DoNotReplaceWhatIsSet)
{
  ::setenv("SG_TEST_A", "mine", 1);
  ::setenv("SG_TEST_B", "", 1);
  put("SG_TEST_A", "theirs");
  put("SG_TEST_B", "theirs");
  ASSERT_TRUE(defaults::load(folder()));
  EXPECT_STREQ(std::getenv("SG_TEST_A"), "mine");
  EXPECT_STREQ(std::getenv("SG_TEST_B"), "");
}

// How the kubelet lays out a ConfigMap: links to `..data/NAME`, and folders that are no values.
TEST_F(Defaults, FollowTheLinksOfAMountedConfigMap)
{
  put("..2026_11_21/SG_TEST_A", "linked");
  std::filesystem::create_directory_symlink("..2026_11_21", folder() / "..data");
  std::filesystem::create_symlink("..data/SG_TEST_A", folder() / "SG_TEST_A");
  put("readme.md", "no variable");
  put("1SG_TEST", "no variable");
  ASSERT_TRUE(defaults::load(folder()));
  EXPECT_STREQ(std::getenv("SG_TEST_A"), "linked");
  EXPECT_EQ(std::getenv("readme.md"), nullptr);
  EXPECT_EQ(std::getenv("1SG_TEST"), nullptr);
}

TEST_F(Defaults, MayBeAbsent)
{
  EXPECT_TRUE(defaults::load(folder() / "none"));
}

TEST_F(Defaults, ThatCannotBeReadAreAnError)
{
  std::filesystem::create_symlink("gone", folder() / "SG_TEST_A");
  const auto loaded = defaults::load(folder());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::not_found);
  EXPECT_NE(loaded.error().text().find("SG_TEST_A"), std::string::npos) << loaded.error().text();
  put("file", "");
  ASSERT_FALSE(defaults::load(folder() / "file")) << "a folder is wanted";
}

TEST_F(Defaults, AreNotHowOneCallEnds)
{
  for (const auto* name : {"STREAMGATE_FAIL_MODE", "STREAMGATE_DRY_RUN", "STREAMGATE_SHOW"}) {
    put(name, "result");
    const auto loaded = defaults::load(folder());
    ASSERT_FALSE(loaded) << name;
    EXPECT_EQ(loaded.error().code, ErrorCode::bad_input);
    EXPECT_NE(loaded.error().text().find(name), std::string::npos);
    EXPECT_EQ(std::getenv(name), nullptr);
    std::filesystem::remove(folder() / name);
  }
}

TEST_F(Defaults, HaveALimit)
{
  put("SG_TEST_A", std::string((64U << 10U) + 1, 'x'));
  const auto loaded = defaults::load(folder());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::bad_input);
}

} // namespace
} // namespace streamgate
