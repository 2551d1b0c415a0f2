// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/junit.hpp"
#include "parse-junit/test_rows.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace streamgate::parse_junit {
namespace {

using record::TestStatus;
using test_support::read_xml;
using test_support::statuses_of;
using test_support::utf16;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// --- The odd files of the comparison with other readers ---

TEST(JunitOddFile, RootIsTestsuite)
{
  const auto read = read_xml(R"(<testsuite name="one"><testcase name="a" classname="c"/></testsuite>)");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read), ElementsAre("s/c/a passed"));
}

TEST(JunitOddFile, OnlyNestedSuites)
{
  const auto read =
      read_xml(R"(<testsuites><testsuite name="outer"><testsuite name="inner"><testcase name="a"/></testsuite>
    <testsuite name="other"><testsuite name="deep"><testcase name="b"/></testsuite></testsuite></testsuite></testsuites>)");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read), ElementsAre("s/outer/inner/a passed", "s/outer/other/deep/b passed"));
}

TEST(JunitOddFile, SkippedAndErrorAreWhatTheySay)
{
  const auto read = read_xml(
      R"(<testsuite><testcase name="a"><skipped/></testcase><testcase name="b"><error/></testcase></testsuite>)");
  EXPECT_THAT(statuses_of(read), ElementsAre("s/a skipped", "s/b error"));
}

TEST(JunitOddFile, TestcaseSuiteTestcaseInterleaved)
{
  const auto read =
      read_xml(R"(<testsuite name="outer"><testcase name="a"/><testsuite name="inner"><testcase name="b"/></testsuite>
    <testcase name="c"/><properties><property name="p" value="v"/></properties><testcase name="d"/></testsuite>)");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read),
              ElementsAre("s/outer/a passed", "s/outer/inner/b passed", "s/outer/c passed", "s/outer/d passed"));
}

TEST(JunitOddFile, TwoFailuresInOneCaseAreOneTest)
{
  const auto read = read_xml(
      R"(<testsuite><testcase name="a"><failure message="one">t1</failure><failure message="two">t2</failure></testcase></testsuite>)");
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_EQ(read.rows[0].status, TestStatus::failed);
  EXPECT_EQ(read.rows[0].message, "one");
  EXPECT_EQ(read.rows[0].detail, "t1\nand: two\nt2");
}

TEST(JunitOddFile, OddTimes)
{
  const auto read = read_xml(
      R"(<testsuite><testcase name="a" time=""/><testcase name="b" time="1,234.5"/><testcase name="c"/></testsuite>)");
  ASSERT_EQ(read.rows.size(), 3U);
  EXPECT_TRUE(read.end.complete);
  EXPECT_EQ(read.rows[0].duration_s, 0);
  EXPECT_EQ(read.rows[1].duration_s, 1234.5);
  EXPECT_EQ(read.rows[2].duration_s, 0);
}

TEST(JunitOddFile, HtmlErrorPage)
{
  for (const char* page :
       {"<!DOCTYPE html><html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>",
        "<html><body><p>unclosed<br></body></html>"}) {
    const auto read = read_xml(page);
    EXPECT_FALSE(read.end.complete);
    EXPECT_THAT(read.rows, IsEmpty());
    ASSERT_EQ(read.end.problems.size(), 1U);
    EXPECT_THAT(read.end.problems[0], HasSubstr("<html>"));
  }
}

TEST(JunitOddFile, ZeroBytes)
{
  const auto read = read_xml("");
  EXPECT_FALSE(read.end.complete);
  EXPECT_THAT(read.end.problems, ElementsAre("the file has no XML element in it"));
}

TEST(JunitOddFile, Truncated)
{
  const std::string whole =
      R"(<testsuites><testsuite name="o"><testcase name="a"/><testcase name="b"><failure message="m">body</failure></testcase></testsuite></testsuites>)";
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto read = read_xml(std::string_view(whole).substr(0, size));
    EXPECT_FALSE(read.end.complete) << size;
    ASSERT_EQ(read.end.problems.size(), 1U) << size;
    EXPECT_LE(read.rows.size(), 2U);
  }
  const auto inside = read_xml(std::string_view(whole).substr(0, whole.find("body")));
  EXPECT_THAT(statuses_of(inside), ElementsAre("s/o/a passed"));
  EXPECT_THAT(inside.end.problems[0], HasSubstr("the file is cut"));
  EXPECT_TRUE(read_xml(whole).end.complete);
}

TEST(JunitOddFile, RawEscapeBytes)
{
  const auto read = read_xml(
      "<testsuite><testcase name=\"a\"><failure>\x1b[31mred\x1b[0m\tand\r\nmore\x01</failure></testcase></testsuite>");
  EXPECT_TRUE(read.end.complete);
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_EQ(read.rows[0].detail, "red\tand\nmore?");
  EXPECT_EQ(read.end.repaired, 3);
  EXPECT_THAT(read.end.problems, ElementsAre("3 characters that XML or the file's encoding forbids were repaired"));
}

TEST(JunitOddFile, ReferencesToAnEscape)
{
  const auto read = read_xml(
      R"(<testsuite><testcase name="a&#0;"><failure message="&#x1b;[1;31mno&#x1B;[0m">&#27;[31mred&#27;[0m &#9;&#xe4;
<![CDATA[&#27;[31m]]></failure></testcase></testsuite>)");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read), ElementsAre("s/a? failed"));
  EXPECT_EQ(read.rows[0].message, "no");
  EXPECT_EQ(read.rows[0].detail, "red \tä\n&#27;[31m");
  EXPECT_EQ(read.end.repaired, 5);
}

TEST(JunitOddFile, Latin1)
{
  const auto read =
      read_xml("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><testsuite><testcase name=\"sch\xF6n\"/></testsuite>");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read), ElementsAre("s/schön passed"));
}

// A declaration that lies: written by a program that thought in another encoding.
TEST(JunitOddFile, Latin1UnderAnUtf8Declaration)
{
  const auto read = read_xml("<?xml version=\"1.0\" encoding=\"UTF-8\"?><testsuite><testcase name=\"sch\xF6n \x80\"/>"
                             "<testcase name=\"gr\xC3\xBCn \xED\xA0\x80\"/></testsuite>");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read), ElementsAre("s/schön € passed", "s/grün í\xC2\xA0€ passed"));
  EXPECT_EQ(read.end.repaired, 5);
}

TEST(JunitOddFile, OtherEncodings)
{
  const auto name_in = [](const std::string& encoding, const std::string& name) {
    const auto read = read_xml("<?xml version='1.0' encoding='" + encoding + "'?><testsuite><testcase name=\"" + name +
                               "\"/></testsuite>");
    EXPECT_TRUE(read.end.complete) << encoding;
    return read.rows.empty() ? "" : read.rows[0].name;
  };
  EXPECT_EQ(name_in("windows-1252", "\x80 \xFC"), "€ ü");
  EXPECT_EQ(name_in("Windows-1251", "\xC4\xE0"), "Да");
  EXPECT_EQ(name_in("ISO-8859-15", "\xA4"), "€");
  EXPECT_EQ(name_in("ISO-8859-2", "\xE8"), "č");
  EXPECT_EQ(name_in("KOI8-R", "\xE4\xC1"), "Да");
  EXPECT_EQ(name_in("us-ascii", "\xC3\xA4"), "ä");
  EXPECT_EQ(name_in("utf-8", "ä"), "ä");
}

TEST(JunitOddFile, Utf16)
{
  constexpr std::string_view k_text =
      "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<testsuite>\t<testcase name=\"a\"/></testsuite>";
  for (const bool big : {false, true}) {
    for (const std::size_t piece : std::array<std::size_t, 4>{1, 2, 3, 65536}) {
      const auto read = read_xml(utf16(k_text, big, true), piece);
      EXPECT_TRUE(read.end.complete) << big << piece << (read.end.problems.empty() ? "" : read.end.problems[0]);
      EXPECT_THAT(statuses_of(read), ElementsAre("s/a passed"));
      EXPECT_THAT(read.end.problems, IsEmpty());
    }
  }
}

TEST(JunitOddFile, Utf16WithWhatIsForbidden)
{
  std::string text = utf16("<testsuite><testcase name=\"a", false, true);
  text += std::string_view("\x1b\0[\0\x31\0m\0\x3d\xd8\x00\xde\x3d\xd8z\0", 16); // a colour, a pair, half a pair
  text += utf16("\"/></testsuite>", false, false);
  const auto read = read_xml(text);
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read), ElementsAre("s/a😀\xEF\xBF\xBDz passed"));
  EXPECT_EQ(read.end.repaired, 2);
}

TEST(JunitOddFile, EntityBomb)
{
  std::string bomb = "<!DOCTYPE testsuite [<!ENTITY e0 \"0123456789012345678901234567890123456789\">";
  for (int i = 1; i < 12; ++i) {
    bomb += fmt::format("<!ENTITY e{} \"", i);
    for (int k = 0; k < 10; ++k) bomb += fmt::format("&e{};", i - 1);
    bomb += "\">";
  }
  bomb += "]><testsuite><testcase name=\"a\"><failure>&e11;</failure></testcase></testsuite>";
  const auto read = read_xml(bomb);
  EXPECT_FALSE(read.end.complete);
  EXPECT_THAT(read.rows, IsEmpty());
  EXPECT_THAT(read.end.problems, ElementsAre(HasSubstr("has a DTD"), HasSubstr("amplification")));
}

TEST(JunitOddFile, ExternalEntityIsNotRead)
{
  const auto read = read_xml("<!DOCTYPE testsuite [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                             "<testsuite><testcase name=\"a\"><failure>see &x;</failure></testcase></testsuite>");
  EXPECT_FALSE(read.end.complete);
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_EQ(read.rows[0].detail, "see");
}

TEST(JunitOddFile, MessageOnlyInTheBody)
{
  const auto read =
      read_xml("<testsuite><testcase name=\"a\"><failure>\n  want 1, got 2\n  at x\n</failure></testcase></testsuite>");
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_EQ(read.rows[0].message, "want 1, got 2");
  EXPECT_EQ(read.rows[0].detail, "want 1, got 2\n  at x");
}

TEST(JunitHostile, ManyAttributesAreRead)
{
  std::string text = "<testsuite><testcase name=\"a\"";
  for (int i = 0; i < 100000; ++i) text += fmt::format(" x{}=\"\"", i);
  const auto read = read_xml(text + "/></testsuite>");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read), ElementsAre("s/a passed"));
}

TEST(JunitHostile, ManyAttributesOfOneNameAreRefused)
{
  std::string text = "<testsuite><testcase name=\"a\"";
  for (int i = 0; i < 100000; ++i) text += " x=\"\"";
  EXPECT_THAT(read_xml(text + "/></testsuite>").end.problems, ElementsAre(HasSubstr("duplicate attribute")));
}

// Many problems of one file: a few are told.
TEST(JunitHostile, ProblemsAreBounded)
{
  std::string text = "<testsuite>";
  for (int i = 0; i < 1000; ++i) text += "<testcase name=\"a\" status=\"odd\"><odd/></testcase>";
  const auto read = read_xml(text + "</testsuite>");
  EXPECT_FALSE(read.end.complete);
  EXPECT_EQ(read.end.problems.size(), 20U);
  EXPECT_EQ(read.rows.size(), 1000U);
}

} // namespace
} // namespace streamgate::parse_junit
