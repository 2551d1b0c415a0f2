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

TEST(Junit, ReadsSuitesWithinTheRoot)
{
  const auto read = read_xml(R"(<?xml version="1.0"?><testsuites><testsuite name="one">
    <testcase classname="pkg.A" name="passes" time="0.5"/>
    <testcase classname="pkg.A" name="fails" time="1"><failure message="why" type="T">trace</failure></testcase>
    <testcase classname="pkg.A" name="breaks"><error message="oh">trace</error></testcase>
    <testcase classname="pkg.A" name="skips"><skipped message="not here"/></testcase>
  </testsuite></testsuites>)");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(read.end.problems, IsEmpty());
  EXPECT_EQ(read.end.tests, 4);
  EXPECT_THAT(statuses_of(read), ElementsAre("s/pkg.A/passes passed", "s/pkg.A/fails failed", "s/pkg.A/breaks error",
                                             "s/pkg.A/skips skipped"));
  EXPECT_EQ(read.rows[0].duration_s, 0.5);
  EXPECT_EQ(read.rows[1].message, "why");
  EXPECT_EQ(read.rows[1].detail, "trace");
  EXPECT_EQ(read.rows[3].message, "not here");
}

TEST(Junit, ASuiteThatFailedItselfCountsAsATest)
{
  const auto read = read_xml(R"(<testsuites><testsuite name="one" tests="1" errors="1">
    <error message="set-up failed">trace <b>bold</b> end</error><testcase name="a"/></testsuite>
    <testsuite name="two"><testcase name="b"/><failure message="tear-down"/></testsuite></testsuites>)");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read),
              ElementsAre("s/one/(suite) error", "s/one/a passed", "s/two/b passed", "s/two/(suite) failed"));
  EXPECT_EQ(read.rows[0].message, "set-up failed");
  EXPECT_EQ(read.rows[0].detail, "trace  end");
}

TEST(Junit, ASuiteThatCountsMoreFailuresThanItHasIsNotComplete)
{
  const auto problems = [](const std::string& xml) {
    const auto read = read_xml(xml);
    EXPECT_EQ(read.end.complete, read.end.problems.empty()) << xml;
    return read.end.problems;
  };
  EXPECT_THAT(problems(R"(<testsuite name="one" errors="2"><testcase name="a"><error/></testcase></testsuite>)"),
              ElementsAre("the suite 'one' says that it has 2 failures and errors, and has 1"));
  EXPECT_THAT(problems(R"(<testsuites failures="1"><testsuite><testcase name="a"/></testsuite></testsuites>)"),
              ElementsAre("the suite '' says that it has 1 failures and errors, and has 0"));
  EXPECT_THAT(problems(R"(<testsuites tests="2" failures="1" errors="1"><testsuite tests="2"><testcase name="a">
                          <failure/><error/></testcase><testcase name="b"/></testsuite></testsuites>)"),
              IsEmpty());
  EXPECT_THAT(problems(R"(<testsuite tests="1" failures="0"><testcase name="a"/><testcase name="b"/></testsuite>)"),
              IsEmpty())
      << "writers differ in what they count; nothing is lost";
  std::string many = "<testsuites>";
  for (int i = 0; i < 100; ++i) many += R"(<testsuite failures="1"/>)";
  EXPECT_EQ(problems(many + "</testsuites>").size(), 20U);
}

// gotestsum counts lines on stderr as errors of the whole; pytest counts each subtest as a test.
TEST(Junit, WhatWritersCountOtherwiseIsAtMostNoted)
{
  const auto go =
      read_xml(R"(<testsuites tests="1" failures="0" errors="3"><testsuite name="pkg" tests="1" failures="0">
    <testcase classname="pkg" name="TestA"/></testsuite></testsuites>)");
  EXPECT_TRUE(go.end.complete);
  EXPECT_THAT(go.end.problems, IsEmpty());
  const auto python = read_xml(R"(<testsuites><testsuite name="pytest" errors="0" failures="0" tests="4">
    <testcase classname="t" name="test_a"/></testsuite></testsuites>)");
  EXPECT_TRUE(python.end.complete);
  EXPECT_THAT(python.end.problems, ElementsAre("the suite 'pytest' says that it has 4 tests, and has 1"));
}

// --- Others ---

TEST(Junit, RefusesOtherRoots)
{
  for (const char* text : {"<report><testcase name=\"a\"/></report>", "<testcase name=\"a\"/>", "<TestSuites/>"}) {
    const auto read = read_xml(text);
    EXPECT_FALSE(read.end.complete) << text;
    EXPECT_THAT(read.rows, IsEmpty()) << text;
    ASSERT_EQ(read.end.problems.size(), 1U) << text;
    EXPECT_THAT(read.end.problems[0], HasSubstr("the root element is <")) << text;
  }
}

// The inner test's failure would be neither a row nor a part of the outer one's.
TEST(Junit, RefusesATestInsideOfATest)
{
  for (const std::string element : {"testcase", "testsuite"}) {
    const auto read = read_xml("<testsuite><testcase name=\"a\"><" + element + " name=\"b\"><failure/></" + element +
                               "></testcase></testsuite>");
    EXPECT_FALSE(read.end.complete) << element;
    ASSERT_EQ(read.end.problems.size(), 1U) << element;
    EXPECT_EQ(read.end.problems[0], "a <" + element + "> stands inside of a <testcase>");
  }
}

TEST(Junit, TakesAnEmptyReportForWhatItIs)
{
  for (const char* text : {"<testsuites/>", "<testsuite name=\"x\" tests=\"0\"></testsuite>"}) {
    const auto read = read_xml(text);
    EXPECT_TRUE(read.end.complete);
    EXPECT_EQ(read.end.tests, 0);
  }
}

TEST(Junit, RefusesWhatIsNoXml)
{
  for (const char* text :
       {"{\"tests\": 3}", "plain", "<testsuite><testcase name=\"a\"></testsuite>", "<testsuite/><testsuite/>",
        "<testsuite a=1/>", "<?xml version=\"1.0\" encoding=\"x-nobody-knows\"?><testsuite/>"}) {
    const auto read = read_xml(text);
    EXPECT_FALSE(read.end.complete) << text;
    ASSERT_EQ(read.end.problems.size(), 1U) << text;
    EXPECT_THAT(read.end.problems[0], HasSubstr("line 1")) << text;
  }
}

TEST(Junit, CountsRerunsAndFlakesAsAttempts)
{
  const auto read = read_xml(R"(<testsuite>
    <testcase name="flaky"><flakyFailure message="first"><stackTrace>trace</stackTrace><system-out>noise</system-out></flakyFailure>
      <flakyError message="second"/></testcase>
    <testcase name="bad"><failure message="last">why</failure><rerunFailure message="again"><stackTrace>t</stackTrace></rerunFailure>
      <rerunError message="and again"/></testcase></testsuite>)");
  ASSERT_EQ(read.rows.size(), 2U);
  EXPECT_EQ(read.rows[0].status, TestStatus::passed);
  EXPECT_TRUE(read.rows[0].flaky);
  EXPECT_FALSE(read.rows[1].flaky);
  EXPECT_EQ(read.rows[0].attempts, 3);
  EXPECT_EQ(read.rows[0].message, "first");
  EXPECT_THAT(read.rows[0].detail, HasSubstr("trace"));
  EXPECT_EQ(read.rows[0].detail.find("noise"), std::string::npos);
  EXPECT_EQ(read.rows[1].status, TestStatus::failed);
  EXPECT_EQ(read.rows[1].attempts, 3);
  EXPECT_EQ(read.rows[1].message, "last");
}

TEST(Junit, ATestWithRerunsAloneFailed)
{
  const auto read =
      read_xml(R"(<testsuite failures="1" errors="1"><testcase name="a"><rerunFailure message="m"/></testcase>
    <testcase name="b"><rerunError/></testcase></testsuite>)");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read), ElementsAre("s/a failed", "s/b error"));
}

TEST(Junit, TakesOutputOnlyAsTheLastResort)
{
  const auto read = read_xml(R"(<testsuite>
    <testcase name="a"><system-out>noise</system-out></testcase>
    <testcase name="b"><failure message="m"/><system-out>the only detail</system-out></testcase>
    <testcase name="c"><failure message="m">body</failure><system-out>noise</system-out></testcase>
    <system-out>noise</system-out></testsuite>)");
  ASSERT_EQ(read.rows.size(), 3U);
  EXPECT_EQ(read.rows[0].detail, "");
  EXPECT_EQ(read.rows[1].detail, "the only detail");
  EXPECT_EQ(read.rows[2].detail, "body");
}

TEST(Junit, ReadsGotestsum)
{
  const auto read = read_xml(R"(<testsuites><testsuite tests="2" name="example.test/pkg" time="0.1">
    <properties><property name="go.version" value="go1.26"/></properties>
    <testcase classname="example.test/pkg" name="TestA" time="0.000"><failure message="Failed" type="">=== RUN   TestA
--- FAIL: TestA (0.00s)
</failure></testcase>
    <testcase classname="example.test/pkg" name="TestA/sub_one" time="0.000"><failure message="Failed" type="">=== RUN   TestA/sub_one
    a_test.go:7: got 1, want 2
--- FAIL: TestA/sub_one (0.00s)
</failure></testcase>
    <testcase classname="" name="TestMain" time="0.000"><failure message="Failed" type="">exit status 2</failure></testcase>
  </testsuite></testsuites>)");
  ASSERT_EQ(read.rows.size(), 3U);
  EXPECT_EQ(read.rows[1].id, "s/example.test/pkg/TestA/sub_one");
  EXPECT_EQ(read.rows[1].message, "a_test.go:7: got 1, want 2");
  EXPECT_EQ(read.rows[2].id, "s/example.test/pkg/TestMain");
  EXPECT_EQ(read.rows[2].message, "exit status 2");
}

// --- What a test's attributes say ---

TEST(JunitStatus, WordsOfCommonWriters)
{
  const std::vector<std::pair<std::string, TestStatus>> words{
      {R"(status="run" result="completed")", TestStatus::passed}, // gtest; CTest and Bazel the first
      {R"(status="run" result="skipped")", TestStatus::skipped},
      {R"(status="notrun" result="suppressed")", TestStatus::skipped},
      {R"(status="disabled")", TestStatus::skipped}, // CTest
      {R"(status="fail")", TestStatus::failed},
      {R"(status="passed")", TestStatus::passed}, // Ginkgo
      {R"(status="pending")", TestStatus::skipped},
      {R"(status="failed")", TestStatus::failed},
      {R"(status="timedout")", TestStatus::failed},
      {R"(status="aborted")", TestStatus::failed},
      {R"(status="panicked")", TestStatus::error},
      {R"(status="interrupted")", TestStatus::error},
      {R"(status="PASS")", TestStatus::passed},
      {R"(status="Failure")", TestStatus::failed},
      {R"(result="Success")", TestStatus::passed},
      {R"(result="failed")", TestStatus::failed},
      {R"(result="Ignored")", TestStatus::skipped},
      {R"(result="errored")", TestStatus::error},
      {R"(status="" result="ok")", TestStatus::passed},
      {R"(status="passed" result="error")", TestStatus::error},
  };
  for (const auto& [attributes, status] : words) {
    const auto read = read_xml("<testsuite><testcase name=\"a\" " + attributes + "/></testsuite>");
    ASSERT_EQ(read.rows.size(), 1U);
    EXPECT_EQ(read.rows[0].status, status) << attributes;
    EXPECT_TRUE(read.end.complete) << attributes;
    EXPECT_THAT(read.end.problems, IsEmpty()) << attributes;
  }
}

TEST(JunitStatus, AnElementThatNobodyKnowsIsNoPass)
{
  for (const auto* word : {"crash", "timeout", "fail", "failures", "errored", "notrun"}) {
    const auto read =
        read_xml(fmt::format(R"(<testsuite name="s"><testcase name="T"><{}/></testcase></testsuite>)", word));
    EXPECT_FALSE(read.end.complete) << word;
    EXPECT_THAT(read.end.problems,
                ElementsAre(fmt::format("a test has an element <{}>: it is not known what that means", word)));
  }
  const auto read =
      read_xml(R"(<testsuite name="s"><properties/><testcase name="T"><properties><property name="a" value="b"/>
    </properties><system-out>x<y/></system-out></testcase><testcase name="U"><failure><trace/></failure></testcase></testsuite>)");
  EXPECT_TRUE(read.end.complete) << "elements of elements say nothing of the test";
}

TEST(JunitStatus, AWordThatNobodyKnowsIsNoPass)
{
  const auto read = read_xml(R"(<testsuites><testsuite name="s" tests="5">
    <testcase classname="p" name="TestA" status="run"/><testcase classname="p" name="TestB" status="exploded"/>
    <testcase name="TestC" result="runs"/></testsuite></testsuites>)");
  EXPECT_FALSE(read.end.complete);
  EXPECT_EQ(read.end.tests, 3);
  EXPECT_THAT(read.end.problems,
              ElementsAre("the test 'p/TestB' says status=\"exploded\": it is not known what that means",
                          "the test 's/TestC' says result=\"runs\": it is not known what that means",
                          "the suite 's' says that it has 5 tests, and has 3"));
}

TEST(JunitStatus, TheChildSaysWhatTheAttributeOnlyNames)
{
  const auto read = read_xml(R"(<testsuite name="s" tests="4" failures="3">
    <testcase name="a" status="failed"><failure message="why">trace</failure></testcase>
    <testcase name="b" status="failed"/>
    <testcase name="c" status="passed"><failure message="yet"/></testcase>
    <testcase name="d" status="skipped"><skipped message="not here"/></testcase></testsuite>)");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read), ElementsAre("s/s/a failed", "s/s/b failed", "s/s/c failed", "s/s/d skipped"));
  EXPECT_EQ(read.rows[0].message, "why");
  EXPECT_EQ(read.rows[0].detail, "trace");
  EXPECT_EQ(read.rows[1].message, "failed");
  EXPECT_EQ(read.rows[2].message, "yet");
  EXPECT_EQ(read.rows[3].message, "not here");
}

// A failure that is said twice is one: else it would stand for another that was lost.
TEST(JunitStatus, AttributeAndChildCountAsOneFailure)
{
  const auto read = read_xml(R"(<testsuite name="s" failures="2">
    <testcase name="a" status="failed"><failure/></testcase><testcase name="b"/></testsuite>)");
  EXPECT_FALSE(read.end.complete);
  EXPECT_THAT(read.end.problems, ElementsAre("the suite 's' says that it has 2 failures and errors, and has 1"));
}

TEST(JunitStatus, OutputIsTheDetailOfATestThatFailedByAttribute)
{
  const auto read = read_xml(R"(<testsuite><testcase name="a" status="failed">
    <system-out>a_test.go:7: boom</system-out></testcase></testsuite>)");
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_EQ(read.rows[0].message, "a_test.go:7: boom");
  EXPECT_EQ(read.rows[0].detail, "a_test.go:7: boom");
}

// NUnit's and xUnit's.
TEST(JunitStatus, OtherAttributesThatSayIt)
{
  const auto read = read_xml(R"(<testsuite name="s"><testcase name="a" executed="True" success="True" result="Success"/>
    <testcase name="b" executed="True" success="False"/><testcase name="c" executed="False" success="False"/>
    <testcase name="d" outcome="Failed"/><testcase name="e" outcome="NotExecuted"/><testcase name="f" outcome="passed"/>
    <testcase name="g" success="0"/><testcase name="h" result="Inconclusive"/></testsuite>)");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read), ElementsAre("s/s/a passed", "s/s/b failed", "s/s/c skipped", "s/s/d failed",
                                             "s/s/e skipped", "s/s/f passed", "s/s/g failed", "s/s/h skipped"));
  EXPECT_FALSE(read_xml(R"(<testsuite><testcase name="a" success="perhaps"/></testsuite>)").end.complete);
}

TEST(JunitStatus, ASuiteThatSaysItWasNotThroughIsNotComplete)
{
  const auto complete = [](const std::string& attributes, const std::string& test) {
    return read_xml("<testsuites " + attributes + "><testsuite>" + test + "</testsuite></testsuites>").end.complete;
  };
  const std::string good = "<testcase name=\"a\"/>";
  EXPECT_FALSE(complete("aborted=\"true\"", good));
  EXPECT_FALSE(complete("aborted=\"1\"", good));
  EXPECT_TRUE(complete("aborted=\"false\"", good));
  EXPECT_TRUE(complete("aborted=\"0\"", good));
  EXPECT_FALSE(complete("status=\"interrupted\"", good));
  EXPECT_FALSE(complete("status=\"failed\"", good)) << "nothing in it did";
  EXPECT_TRUE(complete("status=\"failed\"", "<testcase name=\"a\"><failure/></testcase>"));
  EXPECT_TRUE(complete("status=\"done\"", good));
}

// --- Spellings ---

TEST(JunitSpelling, OutcomesInAnyCaseAndNamespace)
{
  const auto read = read_xml(R"(<testsuite name="s" failures="2"><testcase name="a"><Failure/></testcase>
    <testcase name="b"><j:failure message="why"/></testcase><testcase name="c"><ERROR/></testcase>
    <testcase name="d"><x:Skipped/></testcase><testcase name="e"><a:b/></testcase><Error/></testsuite>)");
  EXPECT_TRUE(read.end.complete);
  EXPECT_THAT(statuses_of(read), ElementsAre("s/s/a failed", "s/s/b failed", "s/s/c error", "s/s/d skipped",
                                             "s/s/e passed", "s/s/(suite) error"));
  EXPECT_EQ(read.rows[1].message, "why");
}

TEST(JunitSpelling, ATestThatIsNotReadAsOneIsNotPassedOver)
{
  for (const std::string element : {"TestCase", "j:testcase", "TestSuite", "j:testsuite", "testcase:a"}) {
    const auto read = read_xml("<testsuites><testsuite><" + element + " name=\"a\"/></testsuite></testsuites>");
    EXPECT_FALSE(read.end.complete) << element;
    EXPECT_THAT(read.end.problems, ElementsAre("a <" + element + "> is not read as a test or suite")) << element;
  }
}

TEST(JunitSpelling, WhatASuiteHoldsBesideTestsIsKnown)
{
  const auto read =
      read_xml("<testsuite><testcase classname=\"c\" name=\"a\"/><test name=\"b\" status=\"failed\"/></testsuite>");
  EXPECT_FALSE(read.end.complete);
  EXPECT_THAT(read.end.problems, ElementsAre("the suite '' has an element <test>: it is not known what that means"));
  EXPECT_TRUE(read_xml("<testsuite><properties><property/></properties><system-out/><skipped/>"
                       "<testcase classname=\"c\" name=\"a\"/></testsuite>")
                  .end.complete);
}

TEST(Junit, SuitesWithinOthersTellTheirTestsApart)
{
  const auto read =
      read_xml("<testsuites name=\"all\"><testsuite name=\"A\"><testsuite name=\"x\"><testcase name=\"t\"><failure/>"
               "</testcase></testsuite></testsuite><testsuite name=\"B\"><testsuite name=\"x\">"
               "<testcase name=\"t\"/></testsuite></testsuite></testsuites>");
  EXPECT_THAT(statuses_of(read), ElementsAre("s/A/x/t failed", "s/B/x/t passed"));
}

TEST(JunitSpelling, ACountThatIsNoNumberIsNotComplete)
{
  for (const std::string count : {"+1", "x", "1.0", "1 ", "-1", "99999999999"}) {
    const auto read = read_xml("<testsuite name=\"s\" failures=\"" + count + "\"><testcase name=\"a\"/></testsuite>");
    EXPECT_FALSE(read.end.complete) << count;
    EXPECT_THAT(read.end.problems, ElementsAre("the suite 's' says failures=\"" + count + "\", which is no number"));
  }
  EXPECT_TRUE(read_xml("<testsuite failures=\"\" errors=\"0\"><testcase name=\"a\"/></testsuite>").end.complete);
  EXPECT_FALSE(read_xml("<testsuites tests=\"many\"><testsuite/></testsuites>").end.complete);
}

// --- DTDs: what expat does not read, it skips without a word ---

TEST(JunitDtd, AFileWithOneIsNotComplete)
{
  for (const std::string dtd : {"SYSTEM \"x.dtd\"", "PUBLIC \"-//x//EN\" \"x.dtd\"", "[ %x; ]",
                                "[<!ENTITY % p \"\"> %p;]", "[<!ATTLIST testcase status CDATA \"run\">]"}) {
    const auto read = read_xml("<!DOCTYPE testsuite " + dtd + "><testsuite><testcase name=\"a\"/></testsuite>");
    EXPECT_FALSE(read.end.complete) << dtd;
    EXPECT_THAT(read.end.problems, ElementsAre(HasSubstr("has a DTD"))) << dtd;
    EXPECT_EQ(read.rows.size(), 1U) << dtd;
  }
  EXPECT_TRUE(read_xml("<!DOCTYPE testsuite><testsuite><testcase name=\"a\"/></testsuite>").end.complete);
}

TEST(JunitDtd, AnEntityThatIsSkippedIsNoPass)
{
  for (const std::string test : {"name=\"a\" status=\"&f;\"/>", "name=\"a\">&f;</testcase>"}) {
    const auto read = read_xml("<!DOCTYPE testsuite SYSTEM \"x.dtd\"><testsuite><testcase " + test + "</testsuite>");
    EXPECT_FALSE(read.end.complete) << test;
  }
}

TEST(Junit, StopsAtElementsThatNestTooDeep)
{
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "<testsuite>";
  const auto read = read_xml(text);
  EXPECT_FALSE(read.end.complete);
  EXPECT_THAT(read.end.problems, ElementsAre(HasSubstr("deeper than 200")));
}

TEST(Junit, RefusesATagThatWouldTakeAllMemory)
{
  const auto read =
      read_xml("<testsuite><testcase name=\"" + std::string(std::size_t{48} << 20U, 'x') + "\"/></testsuite>");
  EXPECT_FALSE(read.end.complete);
  EXPECT_THAT(read.end.problems, ElementsAre(HasSubstr("needs more than 32 MiB")));
}

TEST(Junit, ReadsATextOfAnyLength)
{
  const auto read = read_xml("<testsuite><testcase name=\"a\"><failure message=\"m\">" +
                             std::string(std::size_t{48} << 20U, 'x') + "</failure></testcase></testsuite>");
  EXPECT_TRUE(read.end.complete);
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_LE(read.rows[0].detail.size(), 2 * k_detail_limit);
}

// --- Pieces: where the file is cut between reads must not matter ---

TEST(JunitPieces, AnySizeGivesTheSameRows)
{
  const std::vector<std::string> files{
      R"(<?xml version="1.0" encoding="UTF-8"?><testsuites><testsuite name="ä"><testcase classname="c" name="€ &amp; &lt;" time="1,234.5">
      <failure message="q&quot;&#228;" type="T"><![CDATA[ <b> ]]]]> tail 😀</failure><failure>two</failure></testcase>
      <testcase name="b"><skipped>why not</skipped></testcase></testsuite></testsuites>)",
      "<testsuite><testcase name=\"a\"><failure>\x1b[31m red \x01</failure></testcase></testsuite>",
      "<testsuite><testcase name=\"a\"/><testcase name=\"cut",
      "<?xml version=\"1.0\" encoding=\"windows-1252\"?><testsuite><testcase "
      "name=\"\x80\xe4\x1b[0m&#27;[1mz\"/></testsuite>",
      "\xEF\xBB\xBF<testsuite><!-- &#27; --><testcase name=\"\xe2\x82\xe4 &#x1b;[31;1mred\x1b[m &#1; "
      "&#00000000000000000000000000000000000027;\"/></testsuite>",
      "<testsuite><testcase name=\"a\"><failure><![CDATA[&#27; ]] "
      "]]>&#27;<![CDATA[]]]]>&#2;</failure></testcase></testsuite>",
      utf16("<testsuite><testcase name=\"a\"/></testsuite>", true, true),
      utf16("<testsuite>\n<testcase name=\"a\"/></testsuite>", false, true),
      "<html><body/></html>",
  };
  for (const auto& file : files) {
    const auto whole = read_xml(file);
    for (const std::size_t piece : std::array<std::size_t, 5>{1, 2, 3, 7, 65536}) {
      const auto pieces = read_xml(file, piece);
      EXPECT_EQ(to_json(pieces.rows), to_json(whole.rows)) << piece;
      EXPECT_EQ(pieces.end.complete, whole.end.complete);
      EXPECT_EQ(pieces.end.problems, whole.end.problems) << piece;
    }
  }
}

// Every place where a file may be cut in two, for what is repaired.
TEST(JunitPieces, AnySplitGivesTheSameRepairs)
{
  const std::string file =
      "<testsuite><testcase name=\"\xe2\x82\xac \xe2\x82 \x1b[1;31mred&#x1b;[0m &#27; &amp; &#0;\">"
      "<failure><![CDATA[&#27;]]]]><![CDATA[>]]> \xff</failure><!-- &#27; --></testcase></testsuite>";
  const auto whole = read_xml(file);
  EXPECT_TRUE(whole.end.complete);
  EXPECT_EQ(whole.end.repaired, 7);
  for (std::size_t cut = 1; cut < file.size(); ++cut) {
    std::vector<record::TestResult> rows;
    const RowSink sink = [&](const Row& row) { rows.push_back(test_support::owned(row)); };
    JunitReader reader("s", sink);
    for (const auto& part : {file.substr(0, cut), file.substr(cut)}) {
      std::ranges::copy(part, reader.room(part.size()).begin());
      reader.take(part.size());
    }
    const auto end = reader.finish();
    EXPECT_EQ(to_json(rows), to_json(whole.rows)) << cut;
    EXPECT_EQ(end.repaired, whole.end.repaired) << cut;
    EXPECT_TRUE(end.complete) << cut;
  }
}

} // namespace
} // namespace streamgate::parse_junit
