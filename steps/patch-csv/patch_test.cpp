// SPDX-License-Identifier: Apache-2.0
#include "follow.hpp"
#include "operator/fixture.hpp"
#include "patch.hpp"
#include "restore.hpp"
#include "undo.hpp"

#include <gmock/gmock.h>

namespace streamgate::patch_csv {
namespace {

using namespace test;
using ::testing::HasSubstr;

const record::OperatorSite k_site{"tekton-operator", "tekton-operator.v0.75.0", "csv-uid", "tekton-operator",
                                  "tekton-operator-lifecycle"};
const std::vector<record::EnvChange> k_changes{{"IMAGE_A_X", "old-x", "new-x"}, {"IMAGE_A_Y", std::nullopt, "new-y"}};

tekton_operator::SitePlace place(const std::string& env)
{
  return *tekton_operator::place_of(document(csv_json({.env = env})), k_site);
}

TEST(Standing, TellsBeforeOursAndForeign)
{
  const auto before = standing_of(k_changes, place(R"([{"name":"IMAGE_A_X","value":"old-x"},{"name":"IMAGE_A_Y"}])"));
  EXPECT_EQ(before.pending.size(), 2U);
  const auto ours =
      standing_of(k_changes, place(R"([{"name":"IMAGE_A_X","value":"new-x"},{"name":"IMAGE_A_Y","value":"new-y"}])"));
  EXPECT_EQ(ours.done.size(), 2U);
  const auto foreign = standing_of(k_changes, place(R"([{"name":"IMAGE_A_X","value":"theirs"}])"));
  ASSERT_EQ(foreign.foreign.size(), 2U);
  EXPECT_EQ(foreign_text(foreign, k_changes),
            "IMAGE_A_X holds 'theirs', which is neither 'old-x' from before nor ours 'new-x'; "
            "IMAGE_A_Y holds '', which is neither no value from before nor ours 'new-y'");
  EXPECT_EQ(standing_of({k_changes[0]}, place(R"([{"name":"IMAGE_A_X","valueFrom":{}}])")).foreign.size(), 1U);
}

TEST(PatchBody, GuardsEveryStepThere)
{
  const auto there = place(R"([{"name":"IMAGE_A_X","value":"old-x"},{"name":"IMAGE_A_Y"}])");
  const std::string container = "/spec/install/spec/deployments/1/spec/template/spec/containers/1";
  EXPECT_EQ(
      json::dump(document(patch_body(k_site, there, "u1", "Succeeded", k_changes, Direction::to_after))),
      R"([{"op":"test","path":"/metadata/uid","value":"u1"},{"op":"test","path":"/status/phase","value":"Succeeded"},)"
      R"({"op":"test","path":"/spec/install/spec/deployments/1/name","value":"tekton-operator"},)"
      R"({"op":"test","path":")" +
          container +
          R"(/name","value":"tekton-operator-lifecycle"},)"
          R"({"op":"add","path":"/spec/install/spec/deployments/1/spec/strategy","value":{"type":"Recreate"}},)"
          R"({"op":"test","path":")" +
          container + R"(/env/0/name","value":"IMAGE_A_X"},{"op":"test","path":")" + container +
          R"(/env/0/value","value":"old-x"},{"op":"replace","path":")" + container +
          R"(/env/0/value","value":"new-x"},)"
          R"({"op":"test","path":")" +
          container + R"(/env/1/name","value":"IMAGE_A_Y"},{"op":"add","path":")" + container +
          R"(/env/1/value","value":"new-y"}])");
}

TEST(PatchBody, GuardsEveryStepBack)
{
  const auto there = place(R"([{"name":"IMAGE_A_X","value":"new-x"},{"name":"IMAGE_A_Y","value":"new-y"}])");
  const auto text = patch_body(k_site, there, "u1", "Succeeded", k_changes, Direction::to_before);
  EXPECT_THAT(text, HasSubstr(R"(/env/0/value","value":"new-x"},{"op":"replace")"));
  EXPECT_THAT(text, HasSubstr(R"(/env/0/value","value":"old-x"})"));
  EXPECT_THAT(
      text,
      HasSubstr(
          R"({"op":"remove","path":"/spec/install/spec/deployments/1/spec/template/spec/containers/1/env/1/value"})"));
}

TEST(Phase, OnlySucceededTakesAChange)
{
  EXPECT_EQ(judge_phase("Succeeded"), Verdict::good);
  for (const auto* phase : {"", "Pending", "InstallReady", "Installing"})
    EXPECT_EQ(judge_phase(phase), Verdict::wait) << phase;
  for (const auto* phase : {"Failed", "Unknown", "Replacing", "Deleting", "SomethingNew"}) {
    EXPECT_EQ(judge_phase(phase), Verdict::hopeless) << phase;
  }
}

TEST(Strategy, IsGivenBackAsItWas)
{
  auto now = place("[]");
  EXPECT_EQ(now.strategy, "");
  EXPECT_EQ(strategy_body(k_site, now, "u", "Succeeded"), "") << "not ours";
  now.strategy = k_recreate;
  EXPECT_THAT(strategy_body(k_site, now, "u", "Succeeded"),
              HasSubstr(R"({"op":"remove","path":"/spec/install/spec/deployments/1/spec/strategy"})"));
  auto site = k_site;
  site.strategy = R"({"type":"RollingUpdate"})";
  EXPECT_THAT(
      strategy_body(site, now, "u", "Succeeded"),
      HasSubstr(
          R"({"op":"replace","path":"/spec/install/spec/deployments/1/spec/strategy","value":{"type":"RollingUpdate"}})"));
  now.strategy = R"({"type":"RollingUpdate"})";
  EXPECT_THAT(patch_body(k_site, now, "u", "Succeeded", {}, Direction::to_after),
              HasSubstr(R"(/spec/strategy","value":{"type":"RollingUpdate"}},{"op":"add",)"));
  now.strategy = k_recreate;
  site.strategy = k_recreate;
  EXPECT_EQ(strategy_body(site, now, "u", "Succeeded"), "") << "as it was";
}

Undo undo()
{
  return {1, "gate-1", "2026-01-01T00:00:00Z", k_site, k_changes, {{"pipeline", "TektonPipeline"}}};
}

TEST(Undo, SurvivesItsConfigMap)
{
  const auto map = document(undo_config_map(undo()));
  EXPECT_EQ(json::text(map, {"metadata", "name"}), "streamgate-restore");
  EXPECT_EQ(json::text(map, {"metadata", "namespace"}), "tekton-operator");
  EXPECT_EQ(json::text(map, {"metadata", "labels", "app.kubernetes.io/managed-by"}), "streamgate");
  EXPECT_EQ(json::text(map, {"metadata", "labels", "streamgate.dev/run"}), "gate-1");
  const auto back = parse_undo(map);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(to_json(back->undo), to_json(undo()));
  EXPECT_EQ(back->undo.changes[1].before, std::nullopt);
}

TEST(Undo, EachBrokenRecordIsRefused)
{
  const auto parse = [](const std::string& record, const std::string& nspace = "tekton-operator") {
    return parse_undo(document(R"({"metadata":{"namespace":")" + nspace + R"("},"data":{"record.json":)" +
                               json::quote(record) + "}}"));
  };
  ASSERT_TRUE(parse(to_json(undo())));
  auto future = undo();
  future.schema_version = 2;
  auto nobody = undo();
  nobody.run.clear();
  auto nowhere = undo();
  nowhere.site.csv.clear();
  for (const auto& text : {std::string(), std::string("{"), std::string("[]"), std::string("{}"), to_json(future),
                           to_json(nobody), to_json(nowhere)}) {
    const auto result = parse(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, ErrorCode::bad_input) << text;
    EXPECT_THAT(result.error().text(), HasSubstr("ConfigMap tekton-operator/streamgate-restore")) << text;
  }
  EXPECT_FALSE(parse(to_json(undo()), "elsewhere")) << "a record moved to another namespace names the wrong CSV";
  EXPECT_EQ(parse_undo(document("{}")).error().code, ErrorCode::bad_input);
}

TEST(Undo, RunNamesBecomeLabels)
{
  EXPECT_EQ(label_value("gate-1"), "gate-1");
  EXPECT_EQ(label_value("a b/c"), "a-b-c");
  EXPECT_EQ(label_value("-x."), "x");
  EXPECT_EQ(label_value(std::string(80, 'a')), std::string(63, 'a'));
  EXPECT_EQ(label_value("///"), "");
}

TEST(Restore, OnlyDigestsThatWeBroughtMustGo)
{
  const std::vector<record::EnvChange> changes{{"A", "x@" + digest('1'), "y@" + digest('2')},
                                               {"B", "x@" + digest('3'), "x@" + digest('3')},
                                               {"C", "x@" + digest('4'), "x@" + digest('1')},
                                               {"D", std::nullopt, "x:tag"}};
  EXPECT_EQ(digests_to_remove(changes), std::set<std::string>{digest('2')});
}

} // namespace
} // namespace streamgate::patch_csv
