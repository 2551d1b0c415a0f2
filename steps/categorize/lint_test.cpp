// SPDX-License-Identifier: Apache-2.0
#include "categorize/lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::categorize {
namespace {

using std::chrono::sys_days;
using testing::ElementsAre;
using testing::IsEmpty;

Config with(std::vector<Rule> rules)
{
  Config out;
  out.categories = {{"platform", "p", "o", "n"}, {"unknown", "u", "o", "n"}};
  out.rules = std::move(rules);
  return out;
}

Rule on_text(std::string id, std::string pattern)
{
  Rule out;
  out.id = std::move(id);
  out.category = "platform";
  out.text = std::move(pattern);
  return out;
}

std::vector<std::string> checks(const std::vector<Finding>& findings)
{
  std::vector<std::string> out;
  for (const auto& finding : findings) out.push_back(finding.in + ":" + finding.check);
  return out;
}

Example message(std::string text)
{
  Example out;
  out.message = std::move(text);
  return out;
}

std::vector<std::string> checks_of(Config config, const Examples& examples)
{
  auto rules = Rules::make(std::move(config), "x");
  EXPECT_TRUE(rules) << rules.error().text();
  return checks(lint_examples(*rules, examples));
}

TEST(LintRules, FindsWhatCannotBeReached)
{
  EXPECT_THAT(checks(lint_rules(with({on_text("a", "x"), on_text("b", "y")}))), IsEmpty());
  EXPECT_THAT(checks(lint_rules(with({on_text("a", "x.*y"), on_text("b", "x.*y")}))), ElementsAre("b:duplicate"));
  EXPECT_THAT(checks(lint_rules(with({on_text("a", "disk|Full\\."), on_text("b", "the DISK is|it is full\\.")}))),
              ElementsAre("b:shadowed"));
  auto narrow = on_text("b", "");
  narrow.message = "disk full";
  EXPECT_THAT(checks(lint_rules(with({on_text("a", "disk"), narrow}))), ElementsAre("b:shadowed"));
  auto same = on_text("b", "a+b");
  same.status = {record::TestStatus::failed};
  EXPECT_THAT(checks(lint_rules(with({on_text("a", "a+b"), same}))), ElementsAre("b:shadowed"));
}

TEST(LintRules, DoesNotGuessWhatLiteralsDoNotDecide)
{
  auto conditional = on_text("a", "disk");
  conditional.suite = "x";
  EXPECT_THAT(checks(lint_rules(with({conditional, on_text("b", "disk full")}))), IsEmpty());
  EXPECT_THAT(checks(lint_rules(with({on_text("a", "di.k"), on_text("b", "disk full")}))), IsEmpty());
  EXPECT_THAT(checks(lint_rules(with({on_text("a", "disk"), on_text("b", "disk|full")}))), IsEmpty());
}

TEST(LintRules, FindsPatternsThatFitEverythingAndCategoriesWithoutRules)
{
  EXPECT_THAT(checks(lint_rules(with({on_text("a", "x*")}))), ElementsAre("a:fits-everything"));
  auto event = on_text("a", "");
  event.event = FactPattern{"(x|)", Whose::any};
  EXPECT_THAT(checks(lint_rules(with({event}))), ElementsAre("a:fits-everything"));
  EXPECT_THAT(checks(lint_rules(with({}))), ElementsAre("platform:no-rule"));
}

TEST(LintExamples, FindsRulesWithoutAndExamplesThatGoElsewhere)
{
  const auto config = with({on_text("wide", "x"), on_text("narrow", "xy"), on_text("alone", "z")});
  Examples examples;
  examples.examples["wide"].takes = {message("x")};
  examples.examples["narrow"].takes = {message("xy")};
  examples.examples["nobody"].takes = {message("w")};
  examples.examples["unknown"].takes = {message("w"), message("z")};
  EXPECT_THAT(checks_of(config, examples),
              ElementsAre("narrow:example-elsewhere", "narrow:unreachable", "alone:no-example",
                          "nobody:example-of-nothing", "unknown:example-elsewhere"));
}

TEST(LintExamples, FindsWhatARuleMustLeave)
{
  Examples examples;
  examples.examples["a"].takes = {message("x")};
  examples.examples["a"].leaves = {message("y"), message("x")};
  EXPECT_THAT(checks_of(with({on_text("a", "x")}), examples), ElementsAre("a:takes-too-much"));
}

TEST(LintExamples, AnExampleBringsItsOwnFacts)
{
  auto rule = on_text("a", "");
  rule.node = "NotReady";
  Examples examples;
  examples.examples["a"].takes = {message("x")};
  examples.examples["a"].takes[0].facts.facts.nodes.push_back({"n", "NotReady", ""});
  examples.examples["a"].leaves = {message("x")};
  EXPECT_THAT(checks_of(with({rule}), examples), IsEmpty());
}

TEST(LintIssues, FindsWhatTakesEverythingAndWhatExpiresLateOrHas)
{
  const auto today = sys_days(std::chrono::year(2026) / 1 / 1);
  IssueList list;
  list.issues.push_back({"fine", "a", "", "", "", "o", "l", "r", "2026-06-30"}); // 180 days
  list.issues.push_back({"late", "a", "", "", "", "o", "l", "r", "2026-07-01"});
  list.issues.push_back({"wide", "", ".*", "", "", "o", "l", "r", "2026-01-01"});
  list.issues.push_back({"old", "", "x", "", "", "o", "l", "r", "2025-12-31"});
  const auto findings = lint_issues(list, today);
  EXPECT_THAT(checks(findings), ElementsAre("late:expires-late", "wide:fits-everything", "old:expired"));
  EXPECT_EQ(findings.back().severity, Severity::warning);
}

TEST(LintIssues, FindsCategoriesThatAreNotThere)
{
  IssueList list;
  list.issues.push_back({"fine", "a", "", "", "unknown", "o", "l", "r", "2026-06-30"});
  list.issues.push_back({"typo", "a", "", "", "platfrom", "o", "l", "r", "2026-06-30"});
  Config config;
  config.categories.push_back({"unknown", "t", "o", "n"});
  EXPECT_THAT(checks(lint_categories(list, config)), ElementsAre("typo:no-category"));
}

} // namespace
} // namespace streamgate::categorize
