// SPDX-License-Identifier: Apache-2.0
#include "base/ascii.hpp"

#include <gtest/gtest.h>

namespace streamgate::ascii {
namespace {

TEST(Ascii, LowersLettersOfAsciiAlone)
{
  EXPECT_EQ(lower(std::string("Az[@`{9-Ü")), "az[@`{9-Ü");
}

TEST(Ascii, ComparesWithoutCase)
{
  EXPECT_TRUE(same_nocase("Retry-After", "rETRY-aFTER"));
  EXPECT_TRUE(same_nocase("", ""));
  EXPECT_FALSE(same_nocase("failure", "failures"));
  EXPECT_FALSE(same_nocase("@", "`")) << "32 apart, but no letters";
}

} // namespace
} // namespace streamgate::ascii
