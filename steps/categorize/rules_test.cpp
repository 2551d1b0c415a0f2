// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "base/utf8.hpp"
#include "categorize/examples.hpp"
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

TEST(OurRules, HaveTheFiveCategoriesAndUnknown)
{
  const auto rules = Rules::parse(ours(), "config/categories.yaml");
  ASSERT_TRUE(rules) << rules.error().text();
  std::vector<std::string> ids;
  for (const auto& category : rules->config().categories) ids.push_back(category.id);
  EXPECT_THAT(ids, testing::UnorderedElementsAre("missing-component", "upgrade-prerequisite", "regression", "platform",
                                                 "configuration", "unknown"));
}

// Beside the lint, so that a change of it cannot hide a rule that takes nothing.
TEST(OurRules, GiveEachExampleTheCategoryAndTheRuleThatItStandsIn)
{
  auto rules = Rules::parse(ours(), "config/categories.yaml");
  ASSERT_TRUE(rules) << rules.error().text();
  const auto path = std::string(STREAMGATE_SOURCE_DIR) + "/config/categories.examples.yaml";
  const auto examples = parse_examples(file::read(path).value_or(""), path);
  ASSERT_TRUE(examples) << examples.error().text();
  ASSERT_GE(rules->config().rules.size(), 60U);
  for (const auto& rule : rules->config().rules) {
    ASSERT_TRUE(examples->examples.contains(rule.id)) << rule.id;
    for (const auto& example : examples->examples.at(rule.id).takes) {
      rules->see(example.facts);
      const auto row = rules->judge(example.as_test());
      EXPECT_EQ(row.rule, rule.id) << example.message;
      EXPECT_EQ(row.category, rule.category);
      EXPECT_FALSE(row.next_step.empty());
      EXPECT_GT(row.confidence, 0);
      EXPECT_FALSE(row.matched.empty() && row.evidence.empty() && rule.status.empty()) << rule.id;
    }
    for (const auto& example : examples->examples.at(rule.id).leaves) {
      rules->see(example.facts);
      EXPECT_NE(rules->judge(example.as_test()).rule, rule.id) << example.message << example.detail;
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
  - {id: narrow, category: platform, message: 'disk \w+', test: spec, owner: disk people}
  - {id: wide, category: unknown, text: 'full'}
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
  - {id: m, category: platform, message: alpha}
  - {id: d, category: platform, detail: beta}
  - {id: both, category: platform, text: 'one\ntwo'}
  - {id: s, category: platform, status: [error]}
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
  const auto rules = with_rules("rules:\n  - {id: a, category: platform, message: 'ä+'}\n");
  ASSERT_TRUE(rules) << rules.error().text();
  std::string message;
  for (int i = 0; i < 500; ++i) message += "ä";
  const auto row = rules->judge(failed(message));
  EXPECT_LE(row.matched.size(), 200U);
  EXPECT_TRUE(utf8::valid(row.matched));
}

TEST(Judge, LooksAtSuiteDurationAndAttempts)
{
  const auto rules = with_rules(R"(rules:
  - {id: suite, category: platform, suite: '^upstream$'}
  - {id: slow, category: platform, min_duration_s: 600}
  - {id: quick, category: platform, max_duration_s: 0.1}
  - {id: again, category: platform, min_attempts: 2}
)");
  ASSERT_TRUE(rules) << rules.error().text();
  auto test = failed("x");
  test.duration_s = 5;
  EXPECT_EQ(rules->judge(test).rule, "");
  test.attempts = 2;
  EXPECT_EQ(rules->judge(test).rule, "again");
  test.duration_s = 0.1;
  EXPECT_EQ(rules->judge(test).rule, "quick");
  test.duration_s = 600;
  EXPECT_EQ(rules->judge(test).rule, "slow");
  test.suite = "upstream";
  EXPECT_EQ(rules->judge(test).rule, "suite");
}

TEST(Judge, IsAsSureAsItsEvidence)
{
  auto rules = with_rules(R"(rules:
  - {id: said, category: platform, text: 'given', confidence: 0.25}
  - {id: both, category: platform, text: alpha, node: NotReady}
  - {id: words, category: platform, text: alpha}
  - {id: facts, category: platform, node: NotReady, status: [error]}
  - {id: status, category: platform, status: [missing]}
)");
  ASSERT_TRUE(rules) << rules.error().text();
  EXPECT_DOUBLE_EQ(rules->judge(failed("given")).confidence, 0.25);
  EXPECT_DOUBLE_EQ(rules->judge(failed("alpha")).confidence, 0.8);
  EXPECT_DOUBLE_EQ(rules->judge(failed("", "", TestStatus::missing)).confidence, 0.5);
  EXPECT_DOUBLE_EQ(rules->judge(failed("nothing")).confidence, 0);
  RunFacts facts;
  facts.facts.nodes.push_back({"n1", "NotReady", "kubelet stopped"});
  rules->see(facts);
  EXPECT_DOUBLE_EQ(rules->judge(failed("alpha")).confidence, 0.95);
  EXPECT_DOUBLE_EQ(rules->judge(failed("", "", TestStatus::error)).confidence, 0.6);
  EXPECT_THAT(rules->judge(failed("alpha")).evidence, testing::ElementsAre("node n1: NotReady: kubelet stopped"));
}

TEST(Judge, ShowsNoSecret)
{
  const auto rules = with_rules("rules:\n  - {id: a, category: platform, text: 'clone [^\\n]*'}\n");
  ASSERT_TRUE(rules) << rules.error().text();
  const auto row =
      rules->judge(failed("clone " + std::string(150, 'x') + " https://me:hunter22secret@git.example.com/a.git"));
  EXPECT_THAT(row.matched, testing::Not(HasSubstr("hunter")));
  EXPECT_LE(row.matched.size(), 200U);
}

// --- Facts ---

record::FactEvent event(std::string nspace, std::string object, std::string reason, std::string message)
{
  return {std::move(nspace), std::move(object), std::move(reason), std::move(message), 1, "", ""};
}

constexpr const char* k_of_test =
    "rules:\n  - {id: e, category: platform, event: {pattern: '^FailedScheduling: ', of: test}}\n";

TEST(Facts, FitNothingWhereThereAreNone)
{
  const auto rules = with_rules(k_of_test);
  ASSERT_TRUE(rules) << rules.error().text();
  EXPECT_EQ(rules->judge(failed("namespace e2e-1")).rule, "");
}

TEST(Facts, OfTheTestAreThoseWhoseNamespaceOrObjectItsTextNames)
{
  auto rules = with_rules(k_of_test);
  ASSERT_TRUE(rules) << rules.error().text();
  RunFacts facts;
  facts.facts.events = {event("e2e-1", "Pod/build", "FailedScheduling", "0/1 nodes"),
                        event("default", "Pod/web-7", "FailedScheduling", "0/2 nodes"),
                        event("e2e-2", "Pod/build", "Pulled", "fine")};
  rules->see(facts);
  for (const char* text : {"state of namespace e2e-1:", "http://el.e2e-1.svc.cluster.local/",
                           "Pod \"build\" is pending", "pod/build", "the pod web-7."}) {
    EXPECT_EQ(rules->judge(failed(text)).rule, "e") << text;
  }
  for (const char* text :
       {"", "build", "the build of e2e-11", "in default", "e2e-2", "pods build", "e2e-1x", "Run build"}) {
    EXPECT_EQ(rules->judge(failed(text)).rule, "") << text;
  }
  EXPECT_THAT(rules->judge(failed("e2e-1")).evidence,
              testing::ElementsAre("event on Pod/build in e2e-1: FailedScheduling: 0/1 nodes"));
  facts.facts.namespaces = {"e2e-1"};
  rules->see(facts);
  EXPECT_EQ(rules->judge(failed("no name")).rule, "e") << "all tests of the run share one namespace";
}

TEST(Facts, OfAComponentAreThoseOfItsPods)
{
  auto rules = with_rules(R"(rules:
  - {id: c, category: platform, container: {pattern: '^waiting CrashLoopBackOff', of: component}}
  - {id: l, category: platform, log: {pattern: 'panic: ', of: component}}
)");
  ASSERT_TRUE(rules) << rules.error().text();
  EXPECT_TRUE(rules->wants_logs());
  RunFacts facts;
  facts.facts.containers = {{"ns", "ctl-7d-x", "main", "waiting", "CrashLoopBackOff", "", 2, 4, "a.log"}};
  facts.logs["a.log"] = "panic: boom";
  rules->see(facts);
  EXPECT_EQ(rules->judge(failed("x")).rule, "") << "nothing is under test";
  facts.proof.push_back({"pipeline", "controller", "Deployment/ctl", "", "", "", "", true, ""});
  rules->see(facts);
  EXPECT_EQ(rules->judge(failed("x")).rule, "c");
  facts.facts.containers[0].reason = "";
  rules->see(facts);
  EXPECT_EQ(rules->judge(failed("x")).rule, "l");
  EXPECT_THAT(rules->judge(failed("x")).evidence, testing::ElementsAre("log of ns/ctl-7d-x/main: a.log"));
}

TEST(Facts, SayWhatIsNotInstalledNotReadyOrNotProven)
{
  auto rules = with_rules(R"(rules:
  - {id: missing, category: platform, component_missing: [TektonChain], text: one}
  - {id: ready, category: platform, component_not_ready: [TektonChain, TektonPipeline], text: two}
  - {id: proof, category: platform, proof_failed: '^pipeline ', text: three}
)");
  ASSERT_TRUE(rules) << rules.error().text();
  RunFacts facts;
  facts.facts.components = {{"TektonPipeline", true, true, "v1", ""}};
  facts.proof.push_back({"pipeline", "webhook", "Deployment/w", "", "", "", "", true, ""});
  rules->see(facts);
  for (const char* text : {"one", "two", "three"}) EXPECT_EQ(rules->judge(failed(text)).rule, "") << text;
  facts.facts.components = {{"TektonPipeline", true, false, "v1", "no pods"}, {"TektonChain", false, false, "", ""}};
  facts.proof[0].proven = false;
  rules->see(facts);
  EXPECT_THAT(rules->judge(failed("one")).evidence, testing::ElementsAre("TektonChain is not installed"));
  EXPECT_THAT(rules->judge(failed("two")).evidence, testing::ElementsAre("TektonPipeline is not ready: no pods"));
  EXPECT_EQ(rules->judge(failed("three")).rule, "proof");
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
        BadFile{"UnknownMember", file_with("rules:\n  - {id: a, category: platform, regex: x}\n"), {"/rules/0"}},
        BadFile{"RuleTwice",
                file_with("rules:\n  - {id: a, category: platform, message: x}\n"
                          "  - {id: a, category: platform, message: z}\n"),
                {"rule 'a'", "twice"}},
        BadFile{"CategoryTwice",
                "schema_version: 1\ncategories:\n  - {id: unknown, title: t, owner: o, next_step: n}\n  - {id: "
                "unknown, title: t, owner: o, next_step: n}\nrules: []\n",
                {"category 'unknown'", "twice"}},
        BadFile{"NoUnknown",
                "schema_version: 1\ncategories:\n  - {id: a, title: t, owner: o, next_step: n}\nrules: []\n",
                {"no category 'unknown'"}},
        BadFile{"CategoryAbsent",
                file_with("rules:\n  - {id: a, category: nowhere, message: x}\n"),
                {"rule 'a'", "'nowhere'"}},
        BadFile{"NoCondition", file_with("rules:\n  - {id: a, category: platform}\n"), {"rule 'a'", "no condition"}},
        BadFile{"BadPattern",
                file_with("rules:\n  - {id: a, category: platform, detail: '(x'}\n"),
                {"rule 'a'", "detail", "missing )"}},
        BadFile{"NoBackReferences",
                file_with("rules:\n  - {id: a, category: platform, text: '(x)\\1'}\n"),
                {"rule 'a'", "text"}},
        BadFile{"BadEvent",
                file_with("rules:\n  - {id: a, category: platform, event: {pattern: '*'}}\n"),
                {"rule 'a'", "event", "no argument for repetition"}},
        BadFile{"BadNode", file_with("rules:\n  - {id: a, category: platform, node: '('}\n"), {"rule 'a'", "node"}},
        BadFile{"NobodysObjects",
                file_with("rules:\n  - {id: a, category: platform, event: {pattern: x, of: others}}\n"),
                {"/rules/0/event/of"}},
        BadFile{"TooSure",
                file_with("rules:\n  - {id: a, category: platform, text: x, confidence: 1.5}\n"),
                {"/rules/0/confidence"}}),
    [](const auto& test) { return std::string(test.param.name); });

} // namespace
} // namespace streamgate::categorize
