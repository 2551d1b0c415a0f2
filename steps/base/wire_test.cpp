// SPDX-License-Identifier: Apache-2.0
#include "base/wire.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace streamgate {
namespace {

TEST(Wire, ReadsEveryKindOfField)
{
  const std::string_view message("\x08\x96\x01"
                                 "\x12\x02hi"
                                 "\x1d\x01\x02\x03\x04"
                                 "\x21"
                                 "12345678"
                                 "\x2a\x00",
                                 23);
  WireReader reader(message);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.field(), 1U);
  EXPECT_EQ(reader.number(), 150U);
  EXPECT_FALSE(reader.has_bytes());
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.field(), 2U);
  EXPECT_EQ(reader.bytes(), "hi");
  EXPECT_EQ(reader.raw(), "\x12\x02hi");
  ASSERT_TRUE(reader.next());
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.field(), 4U);
  ASSERT_TRUE(reader.next());
  EXPECT_TRUE(reader.has_bytes());
  EXPECT_EQ(reader.bytes(), "");
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.broken());
}

TEST(Wire, SaysThatAMessageIsBroken)
{
  for (const std::string_view text :
       {"\x08", "\x12\x05hi", "\x0b", "\x0c", "\x0f", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", "\x1d\x01",
        "\x21\x01", "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x02\x01"}) {
    WireReader reader(text);
    while (reader.next()) {
    }
    EXPECT_TRUE(reader.broken()) << text.size();
  }
}

TEST(Wire, NumbersComeBack)
{
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, std::uint64_t{1} << 35U,
                                    std::numeric_limits<std::uint64_t>::max()}) {
    std::string message = "\x08";
    append_varint(message, value);
    WireReader reader(message);
    ASSERT_TRUE(reader.next());
    EXPECT_EQ(reader.number(), value);
  }
}

} // namespace
} // namespace streamgate
