// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace streamgate::yaml {
namespace {

std::string as_json(std::string_view text)
{
  const auto document = parse(text, "x.yaml");
  return document ? json::dump(*document) : "error: " + document.error().message;
}

std::string why_not(std::string_view text)
{
  const auto document = parse(text, "x.yaml");
  if (document) return "accepted: " + json::dump(*document);
  EXPECT_EQ(document.error().code, ErrorCode::bad_input);
  return document.error().message;
}

struct Case {
  std::string text;
  std::string json;
};

TEST(Yaml, PlainScalarsFollowTheCoreSchema)
{
  const std::vector<Case> cases{
      {"~", "null"},
      {"null", "null"},
      {"", "null"},
      {"# only a comment\n", "null"},
      {"---\n", "null"},
      {"true", "true"},
      {"False", "false"},
      {"yes", R"("yes")"},
      {"on", R"("on")"},
      {"0", "0"},
      {"-17", "-17"},
      {"+17", "17"},
      {"007", "7"},
      {"0o17", "15"},
      {"0xff", "255"},
      {"0b11", R"("0b11")"},
      {"1_000", R"("1_000")"},
      {"9223372036854775807", "9223372036854775807"},
      {"18446744073709551615", "18446744073709551615"},
      {"1.5", "1.5"},
      {"-.5", "-0.5"},
      {"1e3", "1000.0"},
      {"1.", "1.0"},
      {".", R"(".")"},
      {"-", "[null]"},
      {"1.2.3", R"("1.2.3")"},
      {"v1.9.2", R"("v1.9.2")"},
      {"1e", R"("1e")"},
      {"12:30", R"("12:30")"},
      {"2026-03-01", R"("2026-03-01")"},
      {"a b", R"("a b")"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(as_json(text), expected) << text;
  EXPECT_EQ(as_json(std::string_view()), "null");
}

TEST(Yaml, QuotedScalarsStayStrings)
{
  EXPECT_EQ(as_json(R"(["1", 'true', "null", '', "~"])"), R"(["1","true","null","","~"])");
  EXPECT_EQ(as_json("a: |\n  1\n  2\nb: >\n  3\n  4\n"), R"({"a":"1\n2\n","b":"3 4\n"})");
}

TEST(Yaml, KeysAreStrings)
{
  EXPECT_EQ(as_json("1: a\ntrue: b\n'': d\n"), R"({"1":"a","true":"b","":"d"})");
}

TEST(Yaml, TagsOfTheCoreSchemaAreObeyedAndOthersRefused)
{
  EXPECT_EQ(as_json("[!!str 1, !!int 1, !!float 1, !!bool true, !!null ~]"), R"(["1",1,1,true,null])");
  EXPECT_EQ(as_json("!!map {a: !!seq [1]}"), R"({"a":[1]})");
  EXPECT_EQ(why_not("a: !!int x"), "x.yaml: line 1, column 4: the tag tag:yaml.org,2002:int is not supported here");
  EXPECT_EQ(why_not("a: !!binary aGk="),
            "x.yaml: line 1, column 4: the tag tag:yaml.org,2002:binary is not supported here");
  EXPECT_EQ(why_not("a: !mine [1]"), "x.yaml: line 1, column 4: the tag !mine is not supported here");
  EXPECT_EQ(why_not("!!set {a}"), "x.yaml: line 1, column 1: the tag tag:yaml.org,2002:set is not supported here");
}

TEST(Yaml, DuplicateKeysAreRefusedWithTheirPlace)
{
  EXPECT_EQ(why_not("a: 1\nb: 2\na: 3\n"), "x.yaml: line 3, column 1: the key \"a\" is given twice");
  EXPECT_EQ(why_not("m: {x: 1, 'x': 2}"), "x.yaml: line 1, column 11: the key \"x\" is given twice");
  EXPECT_EQ(as_json("- a: 1\n- a: 2\n"), R"([{"a":1},{"a":2}])");
}

TEST(Yaml, AliasesAreExpanded)
{
  EXPECT_EQ(as_json("a: &x {k: [1, 2]}\nb: *x\nc: &x 7\nd: *x\n"), R"({"a":{"k":[1,2]},"b":{"k":[1,2]},"c":7,"d":7})");
  EXPECT_EQ(as_json("a: &n\nb: *n\n"), R"({"a":null,"b":null})");
}

TEST(Yaml, BadAliasesAreRefused)
{
  EXPECT_EQ(why_not("a: *nowhere"), "x.yaml: line 1, column 4: nothing before the alias has its name");
  EXPECT_EQ(why_not("a: &x [1, *x]"), "x.yaml: line 1, column 11: the alias stands inside of what it refers to");
  EXPECT_EQ(why_not("a: &x 1\nb: &x [*x]"), "x.yaml: line 2, column 8: the alias stands inside of what it refers to");
  EXPECT_EQ(why_not("a: &x b\n*x : 1\n"), "x.yaml: line 2, column 1: a key must be written out, not be an alias");
}

TEST(Yaml, AliasBombIsRefused)
{
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k == 0 ? "" : ", ") + below;
    bomb += "]\n";
  }
  EXPECT_NE(why_not(bomb).find("grows too large when its aliases are expanded"), std::string::npos);
}

TEST(Yaml, BombOfOneLongTextIsRefused)
{
  std::string bomb = "a: &a " + std::string(1 << 20, 'x') + "\nb:\n";
  for (int i = 0; i < 200; ++i) bomb += "- *a\n";
  EXPECT_NE(why_not(bomb).find("grows too large when its aliases are expanded"), std::string::npos);
}

TEST(Yaml, DepthIsBounded)
{
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  EXPECT_EQ(as_json(nested(k_max_depth)), nested(k_max_depth));
  EXPECT_EQ(why_not(nested(k_max_depth + 1)), "x.yaml: line 1, column 101: more than 100 levels of nesting");
  EXPECT_NE(why_not("a: " + std::string(1'000'000, '[')).find("x.yaml: line 1"), std::string::npos);
  EXPECT_NE(why_not(std::string(100'000, '{')).find("x.yaml: line 1"), std::string::npos);
}

TEST(Yaml, SizeIsBounded)
{
  EXPECT_EQ(why_not(std::string(k_max_size + 1, 'x')), "x.yaml: longer than 8388608 bytes");
}

TEST(Yaml, WhatHasNoJsonFormIsRefused)
{
  EXPECT_NE(why_not("a: .inf").find("line 1, column 4: infinities"), std::string::npos);
  EXPECT_NE(why_not("a: -.INF").find("infinities"), std::string::npos);
  EXPECT_NE(why_not("a: .nan").find("infinities"), std::string::npos);
  EXPECT_EQ(why_not("a: 1e999"), "x.yaml: line 1, column 4: the number 1e999 is out of range");
  EXPECT_EQ(why_not("? [a]\n: 1\n"), "x.yaml: line 1, column 3: a key must be a scalar");
  EXPECT_EQ(why_not("? \n: 1\n"), "x.yaml: line 1, column 2: a key is missing");
  EXPECT_NE(why_not("{: 1}").find("x.yaml: line 1, column 2: "), std::string::npos);
  EXPECT_EQ(why_not("a: &x {b: 1}\nc:\n  <<: *x\n"), "x.yaml: line 3, column 3: merge keys (<<) are not supported");
}

TEST(Yaml, EscapesAreRead)
{
  EXPECT_EQ(as_json(R"(a: "\u0085\u00a0\N\_\x41\/\t")"), "{\"a\":\"\xC2\x85\xC2\xA0\xC2\x85\xC2\xA0"
                                                         "A/\\t\"}");
  EXPECT_NE(why_not(R"(a: "\ud800")").find("x.yaml: line 1, column "), std::string::npos);
}

TEST(Yaml, OneDocumentOnly)
{
  EXPECT_EQ(as_json("---\na: 1\n...\n"), R"({"a":1})");
  EXPECT_NE(why_not("a: 1\n---\nb: 2\n").find("a second document begins here"), std::string::npos);
}

TEST(Yaml, SyntaxErrorsHaveLineAndColumn)
{
  EXPECT_NE(why_not("a: [1, 2\nb: 3\n").find("x.yaml: line "), std::string::npos);
  EXPECT_NE(why_not("a: 1\n b: 2\n").find("x.yaml: line 2, column "), std::string::npos);
  for (const char* cut : {"a: \"open", "a: \"open\n", "a: 'open\n\n", "a: [1,\n", "a: {b: 1\n"}) {
    EXPECT_NE(why_not(cut).find("x.yaml: line "), std::string::npos) << cut;
  }
  EXPECT_NE(why_not("a:\n\t- b\n").find("x.yaml: line 2, column "), std::string::npos);
  EXPECT_NE(why_not("%YAML x\n---\n").find("x.yaml: line 1"), std::string::npos);
}

TEST(Yaml, ControlCharactersDoNotCutTheText)
{
  EXPECT_EQ(why_not("a: 1\n\x04"
                    "b: 2\n"),
            "x.yaml: line 2, column 1: the character U+0004 is not allowed: write it as an escape in double quotes");
  EXPECT_EQ(why_not(std::string_view("a: 1\0b: 2\n", 10)),
            "x.yaml: line 1, column 5: the character U+0000 is not allowed: write it as an escape in double quotes");
  EXPECT_EQ(why_not("a: \xff\xfe"), "x.yaml: not valid UTF-8");
}

TEST(Yaml, UnicodeAndCarriageReturns)
{
  EXPECT_EQ(as_json("a: žluť\r\nb: \"\\u00e9\"\r\n"), R"({"a":"žluť","b":"é"})");
}

} // namespace
} // namespace streamgate::yaml
