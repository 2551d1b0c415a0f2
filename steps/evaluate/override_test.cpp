// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "evaluate/judge.hpp"
#include "evaluate/override.hpp"
#include "evaluate/test_evidence.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::evaluate {
namespace {

using record::TestStatus;
using record::VerdictWord;
using testing::HasSubstr;
using namespace test_support;

const WallTime k_now = *parse_rfc3339("2026-03-01T09:30:00Z");

std::string yaml(const std::string& expires = "2026-03-05", const std::string& more = "")
{
  return "who: alice\nwhy: the fix is merged\nlink: https://example.com/1\nexpires: " + expires + "\n" + more;
}

OverrideRequest parsed(const std::string& text)
{
  const auto out = parse_override(text, k_now);
  EXPECT_TRUE(out) << out.error().text();
  return out ? *out : OverrideRequest{};
}

record::Verdict judged(const Evidence& evidence, const std::string& text)
{
  return judge(evidence, Policy(), parsed(text), "", k_now);
}

Evidence failed_run()
{
  auto out = good();
  set_tests(out, {TestStatus::passed, TestStatus::failed});
  return out;
}

TEST(Override, LetsAFailedRunPassAndSaysWho)
{
  const auto verdict = judged(failed_run(), yaml());
  EXPECT_EQ(verdict.verdict, VerdictWord::overridden);
  EXPECT_EQ(verdict.exit_code, 0);
  ASSERT_TRUE(verdict.overridden_by);
  EXPECT_EQ(verdict.overridden_by->who, "alice");
  EXPECT_EQ(verdict.reasons.size(), 1U) << "the failure is still said";
  EXPECT_THAT(verdict.summary, HasSubstr("overridden by alice: 1 of 2 tests failed"));
}

TEST(Override, OfAPassedRunChangesNothing)
{
  EXPECT_EQ(judged(good(), yaml()).verdict, VerdictWord::passed);
}

TEST(Override, NeverMakesAnErrorPass)
{
  auto evidence = failed_run();
  evidence.deploy->after->rows[0].running = "sha256:old";
  EXPECT_EQ(judged(evidence, yaml()).verdict, VerdictWord::error);
  evidence = failed_run();
  evidence.tasks = {{"restore", "Succeeded"}, {"analyze", "Failed"}};
  const auto both = judged(evidence, yaml());
  EXPECT_EQ(both.verdict, VerdictWord::failed_and_error);
  EXPECT_FALSE(both.overridden_by);
  EXPECT_THAT(both.lines.back().text, HasSubstr("an error cannot be overridden"));
}

TEST(Override, CountsForItsRunItsCommitAndItsTimeOnly)
{
  EXPECT_EQ(judged(failed_run(), yaml("2026-03-01")).verdict, VerdictWord::overridden);
  const auto late = judged(failed_run(), yaml("2026-02-28"));
  EXPECT_EQ(late.verdict, VerdictWord::failed);
  EXPECT_THAT(late.lines.back().text, HasSubstr("expired on 2026-02-28"));
  EXPECT_EQ(judged(failed_run(), yaml("2026-03-05", "run: run-7")).verdict, VerdictWord::overridden);
  EXPECT_EQ(judged(failed_run(), yaml("2026-03-05", "run: run-8")).verdict, VerdictWord::failed);
  const std::string commit(40, 'c');
  EXPECT_EQ(judged(failed_run(), yaml("2026-03-05", "commit: " + commit)).verdict, VerdictWord::failed);
  auto evidence = failed_run();
  evidence.plan->components[0].commit = commit;
  evidence.built[0].record->commit = commit;
  EXPECT_EQ(judged(evidence, yaml("2026-03-05", "commit: " + commit)).verdict, VerdictWord::overridden);
}

TEST(Override, IsRefusedWhenItIsNotWhole)
{
  for (const std::string text :
       {"", "who: a", "who: a\nwhy: b\nlink: c\nexpires: 2026-03-02",
        "who: ' '\nwhy: b\nlink: https://c\nexpires: 2026-03-02",
        "who: a\nwhy: b\nlink: https://c\nexpires: 2026-13-02", "who: a\nwhy: b\nlink: https://c\nexpires: 2026-07-01",
        "who: a\nwhy: b\nlink: https://c\nexpires: 2026-03-02\ntests: x"}) {
    const auto out = parse_override(text, k_now);
    ASSERT_FALSE(out) << text;
    EXPECT_EQ(out.error().code, ErrorCode::bad_input) << text;
  }
}

TEST(Override, ComesFromAFileToo)
{
  const test::TestFolder folder;
  ASSERT_TRUE(file::write_atomic(folder.path() / "o.yaml", yaml()));
  EXPECT_EQ(parsed("@" + (folder.path() / "o.yaml").string()).by.link, "https://example.com/1");
  EXPECT_EQ(parse_override("@/nowhere/o.yaml", k_now).error().code, ErrorCode::not_found);
}

} // namespace
} // namespace streamgate::evaluate
