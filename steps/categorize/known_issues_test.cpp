// SPDX-License-Identifier: Apache-2.0
#include "categorize/known_issues.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::categorize {
namespace {

using std::chrono::sys_days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view k_rest = "owner: o, link: 'https://e.com/1', reason: r, expires: 2026-03-01}\n";

std::string entry(std::string_view matchers)
{
  return "  - {" + std::string(matchers) + ", " + std::string(k_rest);
}

Result<KnownIssues> with(const std::string& entries)
{
  auto list = parse_issues("schema_version: 1\nissues:\n" + entries, "known.yaml");
  if (!list) return std::unexpected(list.error());
  return KnownIssues::make(std::move(*list), "known.yaml");
}

record::TestResult failed(std::string id, std::string message, record::TestStatus status = record::TestStatus::failed)
{
  record::TestResult out;
  out.id = std::move(id);
  out.message = std::move(message);
  out.detail = "the detail";
  out.status = status;
  return out;
}

const auto k_day = sys_days(std::chrono::year(2026) / 3 / 1);

TEST(KnownIssues, AllMatchersMustFit)
{
  auto known = with(entry("id: a, test: '^smoke/', message: boom, detail: DETAIL, category: platform"));
  ASSERT_TRUE(known) << known.error().text();
  EXPECT_TRUE(known->find(failed("smoke/a", "Boom!"), "platform", k_day));
  EXPECT_FALSE(known->find(failed("other/a", "Boom!"), "platform", k_day));
  EXPECT_FALSE(known->find(failed("smoke/a", "bang"), "platform", k_day));
  EXPECT_FALSE(known->find(failed("smoke/a", "Boom!"), "platforms", k_day));
}

TEST(KnownIssues, ATestThatDidNotRunIsNotKnownToFail)
{
  auto known = with(entry("id: a, test: a"));
  ASSERT_TRUE(known);
  EXPECT_TRUE(known->find(failed("a", "", record::TestStatus::error), "unknown", k_day));
  EXPECT_FALSE(known->find(failed("a", "", record::TestStatus::missing), "unknown", k_day));
}

TEST(KnownIssues, CountsThroughItsLastDay)
{
  auto known = with(entry("id: a, test: a"));
  ASSERT_TRUE(known);
  const auto on_time = known->find(failed("a", ""), "unknown", k_day);
  ASSERT_TRUE(on_time);
  EXPECT_FALSE(on_time->expired);
  EXPECT_EQ(on_time->link, "https://e.com/1");
  EXPECT_EQ(on_time->expires, "2026-03-01");
  const auto late = known->find(failed("a", ""), "unknown", k_day + std::chrono::days(1));
  ASSERT_TRUE(late);
  EXPECT_TRUE(late->expired);
}

TEST(KnownIssues, OneThatCountsIsBetterThanOneThatExpired)
{
  auto known = with("  - {id: old, test: a, owner: o, link: 'https://e.com/1', reason: r, expires: 2020-01-01}\n" +
                    entry("id: new, message: boom") + entry("id: newer, message: boom"));
  ASSERT_TRUE(known) << known.error().text();
  EXPECT_EQ(known->find(failed("a", "boom"), "unknown", k_day)->id, "new");
  EXPECT_EQ(known->find(failed("a", "bang"), "unknown", k_day)->id, "old");
}

TEST(KnownIssues, SaysWhichTookNothing)
{
  auto known = with(entry("id: a, test: a") + entry("id: b, test: b"));
  ASSERT_TRUE(known);
  EXPECT_THAT(known->unused(), ElementsAre("a", "b"));
  (void)known->find(failed("b", ""), "unknown", k_day);
  EXPECT_THAT(known->unused(), ElementsAre("a"));
  auto none = KnownIssues::make(IssueList{}, "x");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->find(failed("b", ""), "unknown", k_day));
  EXPECT_THAT(none->unused(), IsEmpty());
}

TEST(KnownIssues, AreRefusedWithIdAndReason)
{
  const auto why = [](const std::string& entries) {
    const auto known = with(entries);
    return known ? "accepted" : known.error().text();
  };
  EXPECT_THAT(why(entry("id: a, test: a") + entry("id: a, test: b")), HasSubstr("'a' is there twice"));
  EXPECT_THAT(why(entry("id: a, category: platform")), HasSubstr("'a' must name a test"));
  EXPECT_THAT(why(entry("id: a, detail: '(x'")), HasSubstr("'a': its detail"));
  EXPECT_THAT(why("  - {id: a, test: a, owner: o, link: 'https://e.com', reason: r, expires: 2026-02-30}\n"),
              HasSubstr("'a' expires on a day that is none"));
  EXPECT_THAT(why("  - {id: a, test: a, owner: o, reason: r, expires: 2026-02-20}\n"), HasSubstr("/issues/0"));
  EXPECT_THAT(why("  - {id: a, test: a, owner: o, link: nowhere, reason: r, expires: 2026-02-20}\n"),
              HasSubstr("/issues/0/link"));
  EXPECT_THAT(why("  - {id: a, test: a, link: 'https://e.com', reason: r, expires: 2026-02-20}\n"),
              HasSubstr("/issues/0"));
}

} // namespace
} // namespace streamgate::categorize
