// SPDX-License-Identifier: Apache-2.0
#include "base/codec.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <utility>

namespace streamgate::codec_test {

enum class Colour { red, green };
constexpr auto enum_names(Colour)
{
  return std::array{EnumName{Colour::red, "red"}, EnumName{Colour::green, "green"}};
}

struct Inner {
  std::string name;
  std::optional<double> weight = {};

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("weight", self.weight);
  }
};

struct Outer {
  bool flag = false;
  std::int64_t big = 0;
  std::uint8_t small = 0;
  std::uint64_t huge = 0;
  double ratio = 0;
  std::string text;
  Colour colour = Colour::red;
  std::optional<Inner> maybe = {};
  std::vector<Inner> list;
  std::map<std::string, std::string> map;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("flag", self.flag);
    visit("big", self.big);
    visit("small", self.small);
    visit("huge", self.huge);
    visit("ratio", self.ratio);
    visit("text", self.text);
    visit("colour", self.colour);
    visit("maybe", self.maybe);
    visit("list", self.list);
    visit("map", self.map);
  }
};

namespace {

Result<Outer> read(const std::string& text)
{
  const auto document = json::parse(text, "text");
  EXPECT_TRUE(document) << text;
  return from_json<Outer>(*document, "plan.json");
}

Outer example()
{
  return {true,
          std::numeric_limits<std::int64_t>::min(),
          255,
          std::numeric_limits<std::uint64_t>::max(),
          0.5,
          "a\"\n\xC3\xA9",
          Colour::green,
          Inner{"x", 1.5},
          {{"y"}, {"z", 2.0}},
          {{"k/~", "v"}, {"", "empty"}}};
}

TEST(Codec, GivesBackWhatItWrote)
{
  const auto text = to_json(example());
  const auto back = read(text);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(to_json(*back), text);
  EXPECT_EQ(back->huge, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(read(to_pretty_json(example())).value().text, example().text);
}

TEST(Codec, WritesEveryFieldInOrderAndLeavesEmptyOptionsOut)
{
  EXPECT_EQ(to_json(Outer{}),
            R"({"flag":false,"big":0,"small":0,"huge":0,"ratio":0.0,"text":"","colour":"red","list":[],"map":{}})");
  EXPECT_EQ(to_pretty_json(Inner{"x"}), "{\n  \"name\": \"x\"\n}\n");
}

TEST(Codec, WhatItWritesIsAlwaysJson)
{
  Outer value;
  value.text = "cut \xC3";
  value.map["key \xFF"] = "\xFE";
  value.ratio = std::numeric_limits<double>::quiet_NaN();
  value.maybe = Inner{"x", std::numeric_limits<double>::infinity()};
  const auto document = json::parse(to_json(value), "text");
  ASSERT_TRUE(document) << document.error().text();
  EXPECT_EQ(json::text(*document, {"text"}), "cut \xEF\xBF\xBD");
  EXPECT_EQ(json::text(*document, {"map", "key \xEF\xBF\xBD"}), "\xEF\xBF\xBD");
  EXPECT_TRUE(json::find(*document, {"ratio"})->IsNull());
}

TEST(Codec, AbsentMembersKeepTheirDefaultAndUnknownOnesAreIgnored)
{
  const auto back = read(R"({"small":3,"other":{}})");
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->small, 3);
  EXPECT_EQ(back->colour, Colour::red);
  EXPECT_FALSE(read(R"({"maybe":null})").value().maybe.has_value());
}

TEST(Codec, NamesTheFirstMemberOfAWrongType)
{
  const std::array<std::pair<const char*, const char*>, 14> cases{{
      {"[]", "/ is not an object"},
      {R"({"flag":1})", "/flag is not a boolean"},
      {R"({"big":1.5})", "/big is not an integer in range"},
      {R"({"big":9223372036854775808})", "/big is not an integer in range"},
      {R"({"small":256})", "/small is not an integer in range"},
      {R"({"small":-1})", "/small is not an integer in range"},
      {R"({"huge":-1})", "/huge is not an integer in range"},
      {R"({"ratio":"1"})", "/ratio is not a number"},
      {R"({"text":null})", "/text is not a string"},
      {R"({"colour":"blue"})", "/colour is not one of the known words"},
      {R"({"colour":3})", "/colour is not one of the known words"},
      {R"({"maybe":{"name":1}})", "/maybe/name is not a string"},
      {R"({"list":[{"name":"a"},{"name":2}],"map":7})", "/list/1/name is not a string"},
      {R"({"map":{"a/b~c":1}})", "/map/a~1b~0c is not a string"},
  }};
  for (const auto& [text, expected] : cases) {
    const auto back = read(text);
    ASSERT_FALSE(back) << text;
    EXPECT_EQ(back.error().code, ErrorCode::bad_input);
    EXPECT_EQ(back.error().text(), std::string("plan.json: ") + expected);
  }
}

TEST(Codec, EnumNamesGoBothWays)
{
  EXPECT_EQ(name_of(Colour::green), "green");
  EXPECT_EQ(name_of(static_cast<Colour>(9)), "");
  EXPECT_EQ(value_of<Colour>("green"), Colour::green);
  EXPECT_EQ(value_of<Colour>("Green"), std::nullopt);
  EXPECT_EQ(value_of<Colour>(""), std::nullopt);
}

} // namespace
} // namespace streamgate::codec_test
