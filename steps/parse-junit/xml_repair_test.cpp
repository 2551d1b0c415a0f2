// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"
#include "parse-junit/xml_encoding.hpp"
#include "parse-junit/xml_repair.hpp"

#include <gtest/gtest.h>

#include <random>

namespace streamgate::parse_junit {
namespace {

struct Repaired {
  std::string text;
  std::int64_t count;
};

Repaired repair(std::string_view text, std::size_t piece)
{
  XmlRepair repair;
  std::string out;
  for (; text.size() > piece; text.remove_prefix(piece)) out += repair.pass(text.substr(0, piece), false);
  out += repair.pass(text, true);
  return {out, repair.repaired()};
}

TEST(XmlRepair, GivesTheTextItselfWhenNothingIsToBeDone)
{
  const std::string text(1000, 'x');
  XmlRepair repair;
  EXPECT_EQ(repair.pass(text, false).data(), text.data());
  const std::string fine = "<?xml version=\"1.0\"?><a b=\"&amp;&#228;ä\"/><![CDATA[&#27;]]>";
  EXPECT_EQ(repair.pass(fine, true).data(), fine.data());
  EXPECT_EQ(repair.repaired(), 0);
}

// Random texts of what matters, cut into pieces of all sizes: the same each time, and nothing that expat would refuse.
TEST(XmlRepair, DoesNotDependOnThePieces)
{
  const std::vector<std::string> parts{"&#27;",
                                       "&#x1b;",
                                       "[31m",
                                       "\x1b",
                                       "[0m",
                                       "&",
                                       "#",
                                       "2",
                                       "7",
                                       ";",
                                       "<![CDATA[",
                                       "]]>",
                                       "<!--",
                                       "-->",
                                       "<?",
                                       "?>",
                                       "<",
                                       "!",
                                       "[",
                                       "]",
                                       ">",
                                       "ä",
                                       "\xe2",
                                       "\x82",
                                       "\xac",
                                       "\xf0\x9f\x98\x80",
                                       "\xed\xa0\x80",
                                       "\xef\xbf\xbf",
                                       "\xff",
                                       "\x01",
                                       "plain text ",
                                       std::string(1, '\0'),
                                       "&#65535;",
                                       "&#xD800;",
                                       "&#1114112;",
                                       "&#9;",
                                       "- ",
                                       "x"};
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (auto n = random() % 30; n > 0; --n) text += parts[random() % parts.size()];
    const auto whole = repair(text, 1000000);
    EXPECT_TRUE(utf8::valid(whole.text));
    EXPECT_EQ(whole.text.find('\x1b'), std::string::npos);
    for (const std::size_t piece : {1U, 2U, 3U, 5U, 17U}) {
      const auto pieces = repair(text, piece);
      ASSERT_EQ(pieces.text, whole.text) << text;
      ASSERT_EQ(pieces.count, whole.count) << text;
    }
  }
}

TEST(XmlDecoder, DoesNotDependOnThePieces)
{
  const std::vector<std::string> files{"",
                                       "<",
                                       std::string("\xFF\xFE<\0a\0", 6),
                                       std::string("\xFE\xFF\0<", 4),
                                       "<?xml version=\"1.0\" encoding=\"latin1\"?>\xe4",
                                       "\xEF\xBB\xBF<?xml encoding='iso-8859-5'?>\xb0",
                                       "<?xml " + std::string(2000, ' ') + "encoding='koi8-r'?>\xe4",
                                       "<?xml encoding='none",
                                       "<?xm",
                                       std::string("\0\0\xFE\xFFxx", 6)};
  for (const auto& file : files) {
    XmlDecoder whole;
    const std::string all(whole.pass(file, true));
    for (const std::size_t piece : {1U, 2U, 3U, 700U}) {
      XmlDecoder decoder;
      std::string out;
      std::string_view rest = file;
      for (; rest.size() > piece; rest.remove_prefix(piece)) out += decoder.pass(rest.substr(0, piece), false);
      out += decoder.pass(rest, true);
      EXPECT_EQ(out, all) << file;
      EXPECT_EQ(decoder.decodes(), whole.decodes()) << file;
      EXPECT_EQ(decoder.repaired(), whole.repaired()) << file;
    }
  }
}

} // namespace
} // namespace streamgate::parse_junit
