// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/gauge_result.hpp"
#include "parse-junit/test_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::parse_junit {
namespace {

using record::TestStatus;
using test_support::owned;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Messages as Gauge writes them: numbers of fields as in gauge-proto's spec.proto.
std::string varint(std::uint64_t value)
{
  std::string out;
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
  return out += static_cast<char>(value);
}
std::string number(std::uint64_t field, std::uint64_t value)
{
  return varint(field << 3U) + varint(value);
}
std::string bytes(std::uint64_t field, const std::string& value)
{
  return varint((field << 3U) | 2U) + varint(value.size()) + value;
}

std::string scenario(const std::string& name, std::uint64_t status, const std::string& more = "")
{
  return bytes(1, name) + number(14, status) + number(8, 1500) + number(23, 1) + more;
}
std::string item(const std::string& of)
{
  return number(1, 3) + bytes(4, of);
}
std::string table_item(const std::string& of)
{
  return number(1, 4) + bytes(5, bytes(1, of));
}
std::string step(const std::string& text, const std::string& error)
{
  const auto execution = number(1, 1) + bytes(3, error) + bytes(4, "at step.go:3") + number(6, 5);
  return number(1, 0) + bytes(2, bytes(1, text) + bytes(4, bytes(1, execution)));
}
std::string spec(const std::string& heading, const std::vector<std::string>& items, const std::string& more = "")
{
  std::string out = bytes(1, heading);
  for (const auto& one : items) out += bytes(2, one);
  return out + more;
}
std::string suite(const std::string& of, bool failed = false)
{
  return bytes(1, bytes(1, of) + number(4, failed ? 1 : 0)) + number(4, failed ? 1 : 0) + bytes(8, "default") +
         std::string("\x3d\x00\x00\xc8\x42", 5) + // success rate, a float
         bytes(10, "project");
}

test_support::Read read(const std::string& text)
{
  test_support::Read out;
  out.end = read_gauge_result(text, "s", [&](const Row& row) { out.rows.push_back(owned(row)); });
  return out;
}
std::string good()
{
  return suite(
      spec("Spec", {item(scenario("Passes", 1)), item(scenario("Fails", 2, bytes(4, step("say no", "it said yes")))),
                    item(scenario("Skipped", 3, bytes(10, "no code"))), item(scenario("Not run", 0))}),
      true);
}

TEST(GaugeResult, ReadsScenarios)
{
  const auto out = read(good());
  EXPECT_TRUE(out.end.complete) << out.end.problems[0];
  EXPECT_THAT(statuses_of(out), ElementsAre("s/Spec/Passes passed", "s/Spec/Fails failed", "s/Spec/Skipped skipped",
                                            "s/Spec/Not run error"));
  EXPECT_EQ(out.rows[0].duration_s, 1.5);
  EXPECT_EQ(out.rows[0].attempts, 1);
  EXPECT_EQ(out.rows[1].message, "it said yes");
  EXPECT_EQ(out.rows[1].detail, "Failed Step: say no\nat step.go:3");
  EXPECT_EQ(out.rows[2].message, "no code");
}

TEST(GaugeResult, CountsRetries)
{
  const auto out = read(
      suite(spec("Spec", {item(scenario("Flaky", 1, number(23, 3))), item(scenario("Bad", 2, number(23, 2)))}), true));
  ASSERT_EQ(out.rows.size(), 2U);
  EXPECT_TRUE(out.rows[0].flaky);
  EXPECT_EQ(out.rows[0].attempts, 3);
  EXPECT_EQ(out.rows[1].status, TestStatus::failed);
  EXPECT_EQ(out.rows[1].attempts, 2);
}

TEST(GaugeResult, NumbersTheRowsOfATable)
{
  const auto out = read(
      suite(spec("Spec", {table_item(scenario("A", 1)), table_item(scenario("A", 1)), table_item(scenario("B", 1))})));
  EXPECT_THAT(statuses_of(out), ElementsAre("s/Spec/A 1 passed", "s/Spec/A 2 passed", "s/Spec/B 1 passed"));
}

TEST(GaugeResult, FindsAFailureInAConcept)
{
  const auto inner = number(1, 2) + bytes(3, bytes(2, step("inner", "deep")));
  const auto out =
      read(suite(spec("Spec", {item(scenario("A", 2, bytes(4, number(1, 2) + bytes(3, bytes(2, inner)))))}), true));
  ASSERT_EQ(out.rows.size(), 1U);
  EXPECT_EQ(out.rows[0].message, "deep");
}

TEST(GaugeResult, AHookThatFailedIsARow)
{
  const auto hook = bytes(1, "trace") + bytes(2, "no cluster");
  const auto of_spec = read(suite(spec("Spec", {}, bytes(4, hook)), true));
  EXPECT_THAT(statuses_of(of_spec), ElementsAre("s/Spec/(suite) failed"));
  EXPECT_EQ(of_spec.rows[0].message, "no cluster");
  EXPECT_THAT(statuses_of(read(bytes(2, hook) + number(4, 1) + bytes(10, "project"))), ElementsAre("s/(suite) failed"));
  EXPECT_EQ(read(suite(spec("Spec", {item(scenario("A", 2, bytes(5, hook)))}), true)).rows[0].message, "no cluster");
}

TEST(GaugeResult, WhatGaugeLeftOutIsAProblem)
{
  const auto error = bytes(2, "a.spec") + number(3, 7) + bytes(4, "no code for step");
  const auto out = read(bytes(1, bytes(1, spec("Spec", {})) + bytes(10, error)) + bytes(10, "project"));
  EXPECT_FALSE(out.end.complete);
  EXPECT_THAT(out.end.problems, ElementsAre("gauge left something out: a.spec:7 no code for step"));
}

TEST(GaugeResult, AFailureThatNothingNamesIsAProblem)
{
  EXPECT_FALSE(read(suite(spec("Spec", {item(scenario("A", 1))}), true)).end.complete);
  EXPECT_FALSE(read(number(4, 1)).end.complete);
}

TEST(GaugeResult, IsNotCompleteWhenItIsCut)
{
  const auto whole = good();
  const auto all = statuses_of(read(whole));
  const auto end_of_specs = whole.size() - 2 - bytes(8, "default").size() - 5;
  for (std::size_t size = 0; size < end_of_specs; ++size)
    EXPECT_FALSE(read(whole.substr(0, size)).end.complete) << size;
  EXPECT_FALSE(read("<testsuite/>").end.complete);
  EXPECT_FALSE(read(std::string(100, '\xff')).end.complete);
}

} // namespace
} // namespace streamgate::parse_junit
