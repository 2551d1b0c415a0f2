// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

namespace streamgate {
namespace {

using namespace std::string_literals;

TEST(Base64, knows_the_vectors_of_rfc_4648)
{
  const std::array<std::pair<std::string, std::string>, 9> vectors{{{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"},
                                                                    {"\x00\xff\xfe"s, "AP/+"},
                                                                    {"\xfb\xff"s, "+/8="}}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(base64::encode(plain), coded);
    EXPECT_EQ(base64::decode(coded).value(), plain);
  }
}

TEST(Base64, skips_white_space)
{
  EXPECT_EQ(base64::decode("Zm9v\n YmFy\r\n").value(), "foobar");
}

TEST(Base64, refuses_what_is_not_base64_without_repeating_it)
{
  for (const auto* text : {"Zg", "Zg=", "Z", "Zg==Zg==", "Zm9v=", "Zm9v====", "secret!", "Zm-_"}) {
    const auto decoded = base64::decode(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, ErrorCode::bad_input);
    EXPECT_EQ(decoded.error().text().find(text), std::string::npos);
  }
}

} // namespace
} // namespace streamgate
