// SPDX-License-Identifier: Apache-2.0
#include "base/wire.hpp"

#include <gtest/gtest.h>

#include <string>

namespace streamgate {
namespace {

using namespace std::string_literals;

TEST(Wire, has_numbers_texts_and_what_is_of_a_fixed_size)
{
  const auto message = "\x08\x96\x01"s + "\x12\x02hi"s + "\x19" + std::string(8, 'x') + "\x25" + std::string(4, 'x') +
                       "\x80\x08\x01"s + "\x2a\x00"s;
  WireReader fields(message);
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.field(), 1U);
  EXPECT_EQ(fields.number(), 150U);
  EXPECT_EQ(fields.bytes(), "");
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.field(), 2U);
  EXPECT_EQ(fields.number(), 0U);
  EXPECT_EQ(fields.bytes(), "hi");
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.field(), 3U);
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.field(), 4U);
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.field(), 128U);
  EXPECT_EQ(fields.number(), 1U);
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.field(), 5U);
  EXPECT_EQ(fields.bytes(), "");
  EXPECT_FALSE(fields.next());
  EXPECT_FALSE(fields.broken());
}

TEST(Wire, is_broken_when_cut_or_of_another_form)
{
  for (const auto& message :
       {"\x08"s, "\x08\x80"s, "\x12\x05hi"s, "\x19xxx"s, "\x25xx"s, "\x80"s, "\x00\x01"s, "\x0b"s, "\x0f"s,
        "\x08" + std::string(10, '\x80') + "\x01", "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x"s}) {
    WireReader fields(message);
    EXPECT_FALSE(fields.next());
    EXPECT_TRUE(fields.broken());
    EXPECT_FALSE(fields.next());
  }
}

} // namespace
} // namespace streamgate
