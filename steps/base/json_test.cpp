// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace streamgate {
namespace {

using namespace std::string_literals;

json::Document good(std::string_view text)
{
  auto document = json::parse(text, "text");
  EXPECT_TRUE(document) << document.error().text();
  return std::move(*document);
}

TEST(JsonParse, TakesEveryKindOfValue)
{
  const auto document = good(R"( {"n":null,"t":true,"i":-7,"d":1.5,"s":"\u00e9\n","a":[1,[2]],"o":{"x":"y"}} )");
  EXPECT_EQ(json::dump(document),
            "{\"n\":null,\"t\":true,\"i\":-7,\"d\":1.5,\"s\":\"\xC3\xA9\\n\",\"a\":[1,[2]],\"o\":{\"x\":\"y\"}}");
}

TEST(JsonParse, RefusesEachMalformation)
{
  const std::array<std::pair<std::string, const char*>, 15> cases{{
      {"", "empty"},
      {"  ", "empty"},
      {"{", "line 1, column 2"},
      {"{} {}", "line 1, column 4"},
      {"{}\n,", "line 2, column 1"},
      {"[1,]", "line 1, column 4"},
      {"{\"a\":1,}", "line 1, column 8"},
      {"{a:1}", "line 1, column 2"},
      {"'a'", "line 1, column 1"},
      {"\"a\nb\"", "line 1"},
      {"\"\xFF\"", "line 1"},
      {"\"\\ud800\"", "line 1"},
      {"NaN", "line 1"},
      {"{}\0garbage"s, "line 1, column 3"},
      {"{\"a\":1}\n\0\0\0"s, "line 2, column 1"},
  }};
  for (const auto& [text, expected] : cases) {
    const auto document = json::parse(text, "plan.json");
    ASSERT_FALSE(document) << text;
    EXPECT_EQ(document.error().code, ErrorCode::bad_input);
    EXPECT_TRUE(document.error().text().starts_with("plan.json is not JSON")) << document.error().text();
    EXPECT_NE(document.error().text().find(expected), std::string::npos) << document.error().text();
  }
}

TEST(JsonParse, TakesTheDeepestAllowedAndRefusesOneMore)
{
  const auto nested = [](int levels) {
    return std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']');
  };
  EXPECT_TRUE(json::parse(nested(json::k_max_depth), "text"));
  for (const int levels : {json::k_max_depth + 1, 5'000'000}) {
    const auto document = json::parse(nested(levels), "text");
    ASSERT_FALSE(document);
    EXPECT_NE(document.error().text().find("nested deeper than 200 levels"), std::string::npos);
  }
  EXPECT_TRUE(json::parse("\"" + std::string(1000, '[') + R"(\"[[")", "text")) << "brackets in strings are not levels";
}

TEST(JsonFind, FollowsThePathOrGivesNothing)
{
  const auto document =
      good(R"({"a":{"b":[1],"s":"text","n":5,"t":true,"f":false,"d":1.0,"big":9223372036854775808}})");
  ASSERT_NE(json::find(document, {"a", "b"}), nullptr);
  EXPECT_EQ(json::find(document, {}), &document);
  EXPECT_EQ(json::find(document, {"a", "x"}), nullptr);
  EXPECT_EQ(json::find(document, {"a", "b", "c"}), nullptr);
  EXPECT_EQ(json::find(document, {""}), nullptr);

  EXPECT_EQ(json::text(document, {"a", "s"}), "text");
  EXPECT_EQ(json::text(document, {"a", "n"}), "");
  EXPECT_EQ(json::integer(document, {"a", "n"}), 5);
  EXPECT_EQ(json::integer(document, {"a", "s"}), std::nullopt);
  EXPECT_EQ(json::integer(document, {"a", "d"}), std::nullopt);
  EXPECT_EQ(json::integer(document, {"a", "big"}), std::nullopt);
  EXPECT_TRUE(json::flag(document, {"a", "t"}));
  EXPECT_FALSE(json::flag(document, {"a", "f"}));
  EXPECT_FALSE(json::flag(document, {"a", "n"}));
  EXPECT_FALSE(json::flag(document, {"x"}));
}

TEST(JsonFind, KeepsNulBytesOfStrings)
{
  EXPECT_EQ(json::text(good(R"({"a":"x\u0000y"})"), {"a"}), "x\0y"s);
}

TEST(JsonDump, PrettyHasTwoSpacesAndAFinalNewline)
{
  EXPECT_EQ(json::dump_pretty(good(R"({"a":[1,{}]})")), "{\n  \"a\": [\n    1,\n    {}\n  ]\n}\n");
}

TEST(JsonQuote, EscapesAndRepairs)
{
  EXPECT_EQ(json::quote("a\"b\\c\nd\x01/"), R"("a\"b\\c\nd\u0001/")");
  EXPECT_EQ(json::quote(""), R"("")");
  EXPECT_EQ(json::quote("\xFF"), "\"\xEF\xBF\xBD\"");
  EXPECT_TRUE(json::parse(json::quote("\xF0\x9F\0\x99"s), "text"));
}

TEST(JsonString, OwnsItsCopy)
{
  json::Document document;
  std::string text = "some text that is longer than what fits inside";
  const auto value = json::string(text, document.GetAllocator());
  text.assign(text.size(), '-');
  EXPECT_STREQ(value.GetString(), "some text that is longer than what fits inside");
}

} // namespace
} // namespace streamgate
