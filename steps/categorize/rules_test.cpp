// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "base/utf8.hpp"
#include "base/yaml.hpp"
#include "categorize/rules.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::categorize {
namespace {

using record::TestStatus;
using testing::HasSubstr;

constexpr std::string_view k_categories = R"(schema_version: 1
categories:
  - {id: platform, title: Platform Issue, owner: cluster people, next_step: look at the nodes}
  - {id: unknown, title: To Investigate, owner: you, next_step: read the log}
)";

Result<Rules> with_rules(const std::string& rules)
{
  return Rules::parse(std::string(k_categories) + rules, "rules.yaml");
}

record::TestResult failed(std::string message, std::string detail = {}, TestStatus status = TestStatus::failed)
{
  record::TestResult out;
  out.id = "smoke/spec/scenario";
  out.status = status;
  out.message = std::move(message);
  out.detail = std::move(detail);
  return out;
}

std::string ours()
{
  const auto text = file::read(std::string(STREAMGATE_SOURCE_DIR) + "/config/categories.yaml");
  EXPECT_TRUE(text) << text.error().text();
  return text.value_or("");
}

TEST(OurRules, AreGoodAndTakeTheirExamples)
{
  const auto rules = Rules::parse(ours(), "config/categories.yaml");
  ASSERT_TRUE(rules) << rules.error().text();
  std::vector<std::string> ids;
  for (const auto& category : rules->categories()) ids.push_back(category.id);
  EXPECT_THAT(ids, testing::UnorderedElementsAre("missing-component", "upgrade-prerequisite", "regression", "platform",
                                                 "configuration", "unknown"));
}

// Beside the check at the start, so that a change of that check cannot hide a rule that takes nothing.
TEST(OurRules, GiveEachExampleTheCategoryAndTheRuleThatItStandsIn)
{
  const auto text = ours();
  const auto rules = Rules::parse(text, "config/categories.yaml");
  ASSERT_TRUE(rules) << rules.error().text();
  const auto document = yaml::parse(text, "config/categories.yaml");
  ASSERT_TRUE(document);
  const auto config = from_json<Config>(*document, "config/categories.yaml");
  ASSERT_TRUE(config);
  ASSERT_GE(config->rules.size(), 25U);
  for (const auto& rule : config->rules) {
    ASSERT_FALSE(rule.examples.empty()) << rule.id;
    for (const auto& example : rule.examples) {
      auto test = failed(example.message, example.detail, example.status);
      test.id = example.test;
      const auto row = rules->judge(test);
      EXPECT_EQ(row.rule, rule.id) << example.message;
      EXPECT_EQ(row.category, rule.category);
      EXPECT_FALSE(row.next_step.empty());
      if (example.status != TestStatus::missing) {
        EXPECT_FALSE(row.matched.empty()) << rule.id;
      }
    }
  }
}

TEST(OurRules, BlameNobodyWithoutEvidence)
{
  const auto rules = Rules::parse(ours(), "config/categories.yaml");
  ASSERT_TRUE(rules) << rules.error().text();
  for (const char* message :
       {"", "Failed", "something went wrong", "step timed out", "the chains of the swing", "exit status 1"}) {
    const auto row = rules->judge(failed(message));
    EXPECT_EQ(row.category, "unknown") << message;
    EXPECT_EQ(row.rule, "") << message;
    EXPECT_EQ(row.matched, "");
    EXPECT_EQ(row.title, "To Investigate");
  }
}

TEST(Judge, TakesTheFirstRuleThatFitsAndSaysWhatMatched)
{
  const auto rules = with_rules(R"(rules:
  - {id: narrow, category: platform, message: 'disk \w+', test: spec, owner: disk people, examples: [{message: disk full, test: a/spec}]}
  - {id: wide, category: unknown, text: 'full', examples: [{detail: full}]}
)");
  ASSERT_TRUE(rules) << rules.error().text();
  const auto row = rules->judge(failed("the Disk FULL of x", "full too"));
  EXPECT_EQ(row.rule, "narrow");
  EXPECT_EQ(row.matched, "Disk FULL");
  EXPECT_EQ(row.owner, "disk people");
  EXPECT_EQ(row.next_step, "look at the nodes");
  EXPECT_EQ(row.message, "the Disk FULL of x");
  auto other = failed("disk full");
  other.id = "elsewhere";
  EXPECT_EQ(rules->judge(other).rule, "wide");
}

TEST(Judge, LooksAtMessageDetailTextAndStatusApart)
{
  const auto rules = with_rules(R"(rules:
  - {id: m, category: platform, message: alpha, examples: [{message: alpha}]}
  - {id: d, category: platform, detail: beta, examples: [{detail: beta}]}
  - {id: both, category: platform, text: 'one\ntwo', examples: [{message: one, detail: two}]}
  - {id: s, category: platform, status: [error], examples: [{status: error}]}
)");
  ASSERT_TRUE(rules) << rules.error().text();
  EXPECT_EQ(rules->judge(failed("alpha")).rule, "m");
  EXPECT_EQ(rules->judge(failed("", "alpha")).rule, "");
  EXPECT_EQ(rules->judge(failed("", "beta")).rule, "d");
  EXPECT_EQ(rules->judge(failed("beta")).rule, "");
  EXPECT_EQ(rules->judge(failed("one", "two")).rule, "both");
  EXPECT_EQ(rules->judge(failed("x", "y", TestStatus::error)).rule, "s");
}

TEST(Judge, CutsWhatMatchedBetweenCharacters)
{
  const auto rules = with_rules("rules:\n  - {id: a, category: platform, message: 'ä+', examples: [{message: ä}]}\n");
  ASSERT_TRUE(rules) << rules.error().text();
  std::string message;
  for (int i = 0; i < 500; ++i) message += "ä";
  const auto row = rules->judge(failed(message));
  EXPECT_LE(row.matched.size(), 200U);
  EXPECT_TRUE(utf8::valid(row.matched));
}

struct BadFile {
  const char* name;
  std::string text;
  std::vector<std::string> says;
};

class BadRules : public testing::TestWithParam<BadFile> {};

TEST_P(BadRules, AreRefusedWithRuleAndReason)
{
  const auto rules = Rules::parse(GetParam().text, "rules.yaml");
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().code, ErrorCode::bad_input);
  for (const auto& part : GetParam().says) EXPECT_THAT(rules.error().text(), HasSubstr(part));
  EXPECT_THAT(rules.error().text(), HasSubstr("rules.yaml"));
}

std::string file_with(std::string_view rules)
{
  return std::string(k_categories) + std::string(rules);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadRules,
    testing::Values(
        BadFile{"NotYaml", "a: [", {}}, BadFile{"Empty", "", {}},
        BadFile{"NoRules", std::string(k_categories), {"rules"}},
        BadFile{"NewerVersion",
                "schema_version: 2\ncategories: [{id: unknown, title: t, owner: o, next_step: n}]\nrules: []\n",
                {"schema_version"}},
        BadFile{"UnknownMember",
                file_with("rules:\n  - {id: a, category: platform, regex: x, examples: [{message: x}]}\n"),
                {"/rules/0"}},
        BadFile{"NoExample", file_with("rules:\n  - {id: a, category: platform, message: x}\n"), {"/rules/0"}},
        BadFile{"RuleTwice",
                file_with("rules:\n  - {id: a, category: platform, message: x, examples: [{message: x}]}\n"
                          "  - {id: a, category: platform, message: z, examples: [{message: z}]}\n"),
                {"rule 'a'", "twice"}},
        BadFile{"CategoryTwice",
                "schema_version: 1\ncategories:\n  - {id: unknown, title: t, owner: o, next_step: n}\n  - {id: "
                "unknown, title: t, owner: o, next_step: n}\nrules: []\n",
                {"category 'unknown'", "twice"}},
        BadFile{"NoUnknown",
                "schema_version: 1\ncategories:\n  - {id: a, title: t, owner: o, next_step: n}\nrules: []\n",
                {"no category 'unknown'"}},
        BadFile{"CategoryAbsent",
                file_with("rules:\n  - {id: a, category: nowhere, message: x, examples: [{message: x}]}\n"),
                {"rule 'a'", "'nowhere'"}},
        BadFile{"NoCondition",
                file_with("rules:\n  - {id: a, category: platform, examples: [{message: x}]}\n"),
                {"rule 'a'", "no condition"}},
        BadFile{"BadPattern",
                file_with("rules:\n  - {id: a, category: platform, detail: '(x', examples: [{detail: x}]}\n"),
                {"rule 'a'", "detail", "missing )"}},
        BadFile{"NoBackReferences",
                file_with("rules:\n  - {id: a, category: platform, text: '(x)\\1', examples: [{detail: x}]}\n"),
                {"rule 'a'", "text"}},
        BadFile{
            "ExampleNotTaken",
            file_with("rules:\n  - {id: a, category: platform, message: x, examples: [{message: x}, {message: z}]}\n"),
            {"rule 'a'", "example 2", "no rule"}},
        BadFile{"Unreachable",
                file_with("rules:\n  - {id: wide, category: platform, message: x, examples: [{message: x}]}\n"
                          "  - {id: narrow, category: platform, message: xy, examples: [{message: xy}]}\n"),
                {"rule 'narrow'", "example 1", "rule 'wide'"}}),
    [](const auto& test) { return std::string(test.param.name); });

} // namespace
} // namespace streamgate::categorize
