// SPDX-License-Identifier: Apache-2.0
#include "operator/digest.hpp"
#include "operator/fixture.hpp"
#include "operator/world.hpp"

#include <gmock/gmock.h>

namespace streamgate::tekton_operator {
namespace {

using namespace test;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Expectation k_plain{{"TektonPipeline"}, {}, {}};

std::vector<std::string> gaps(const World& world, const Expectation& expectation = k_plain)
{
  return find_gaps(world, expectation, "tekton-pipelines").texts;
}

std::string spec(char c)
{
  return container_json("tekton-pipelines-controller", image("controller", c),
                        {"-entrypoint-image", image("entrypoint", 'e')});
}

TEST(Gaps, NoneWhenAllIsWell)
{
  World world;
  settle(world);
  EXPECT_THAT(gaps(world), IsEmpty());
  EXPECT_EQ(find_gaps(world, k_plain, "tekton-pipelines").summary(),
            "2/2 InstallerSets, 1/1 workloads, TektonConfig Ready");
}

TEST(Gaps, AnEmptyWorldIsNotWell)
{
  World world;
  sync(world);
  EXPECT_THAT(gaps(world), ElementsAre("no new InstallerSet of TektonPipeline with workloads", "TektonConfig absent"));
}

TEST(Gaps, AWorldThatIsBeingReadAgainIsNotWell)
{
  World world;
  settle(world);
  world.pods.on_reset();
  EXPECT_THAT(gaps(world), Contains("not all objects have been read yet"));
}

TEST(Gaps, OldSetsMustGo)
{
  World world;
  settle(world);
  EXPECT_THAT(gaps(world, {{"TektonPipeline"}, {"set-1"}, {}}),
              ElementsAre("InstallerSet pipeline-main-deployment-1 is not gone yet"));
  tell(world.sets, set_json({.deployments = {{"controller", image("controller", 'c')}}, .deleting = true}));
  EXPECT_THAT(gaps(world), ElementsAre("InstallerSet pipeline-main-deployment-1 is not gone yet"));
}

TEST(Gaps, TheStaticSetAloneIsNotEnough)
{
  World world;
  settle(world);
  tell(world.sets, set_json({}), kube::EventType::deleted);
  EXPECT_THAT(gaps(world), ElementsAre("no new InstallerSet of TektonPipeline with workloads"));
}

TEST(Gaps, SetsAndConfigMustBeReady)
{
  World world;
  settle(world);
  tell(world.sets, set_json({.ready = "False", .deployments = {{"controller", image("controller", 'c')}}}));
  tell(world.configs, config_json("False", "components not ready"));
  EXPECT_THAT(gaps(world), ElementsAre("InstallerSet pipeline-main-deployment-1 Ready=False (m)",
                                       "TektonConfig Ready=False (components not ready)"));
  EXPECT_EQ(find_gaps(world, k_plain, "tekton-pipelines").summary(),
            "1/2 InstallerSets, 1/1 workloads, TektonConfig Ready=False (components not ready)");
}

TEST(Gaps, ReadyOfAnOlderGenerationDoesNotCount)
{
  auto text = config_json();
  text.replace(text.find(R"("status":{"cond)"), 10, R"("status":{"observedGeneration":2,)");
  EXPECT_EQ(config_view(document(text)).reason, "Ready is of an older generation");
  text.replace(text.find("Generation\":2"), 13, "Generation\":3");
  EXPECT_TRUE(config_view(document(text)).ready);
}

TEST(Gaps, WorkloadsMustBeOfTheNewSet)
{
  World world;
  settle(world);
  tell(world.deployments, deployment_json({.owner = "set-old", .containers = spec('c')}));
  EXPECT_THAT(gaps(world),
              ElementsAre("Deployment/controller of InstallerSet pipeline-main-deployment-1 is not there yet"));
}

TEST(Gaps, RolloutsMustBeComplete)
{
  const struct {
    DeploymentShape shape;
    std::string gap;
  } cases[] = {
      {{.generation = 2, .observed = 1}, "its controller has not seen it yet"},
      {{.updated = 0}, "0 of 1 replicas updated"},
      {{.total = 2}, "1 old replicas still there"},
      {{.available = 0}, "0 of 1 replicas available"},
      {{.replicas = 2, .updated = 2, .available = 2, .total = 2}, "1 of 2 pods seen"},
  };
  for (auto c : cases) {
    World world;
    settle(world);
    c.shape.containers = spec('c');
    tell(world.deployments, deployment_json(c.shape));
    EXPECT_THAT(gaps(world), ElementsAre("Deployment/controller: " + c.gap));
  }
}

TEST(Gaps, APodsTroubleIsTold)
{
  World world;
  settle(world);
  tell(world.deployments, deployment_json({.containers = spec('c'), .available = 0}));
  tell(world.pods,
       pod_json({.containers = spec('c'),
                 .statuses = waiting_json("tekton-pipelines-controller", "CreateContainerConfigError", "no secret")}));
  EXPECT_THAT(gaps(world), ElementsAre("Deployment/controller: 0 of 1 replicas available; pod controller-1 container "
                                       "tekton-pipelines-controller: CreateContainerConfigError (no secret)"));
}

TEST(Gaps, OldPodsMustGo)
{
  World world;
  settle(world);
  tell(world.pods, pod_json({.name = "orphan", .owner = "rs-gone", .containers = spec('c')}));
  EXPECT_THAT(gaps(world), ElementsAre("Deployment/controller: old pod orphan still there"));
  tell(world.pods, pod_json({.name = "orphan", .owner = "rs-1", .containers = spec('0'), .deleting = true}));
  EXPECT_THAT(gaps(world), ElementsAre("Deployment/controller: old pod orphan still there"));
  tell(world.pods, pod_json({.name = "orphan", .owner = "rs-gone", .containers = spec('0'), .phase = "Failed"}));
  EXPECT_THAT(gaps(world), IsEmpty());
  tell(world.pods, pod_json({.name = "unrelated", .app = "other", .owner = "x", .containers = spec('0')}));
  EXPECT_THAT(gaps(world), IsEmpty());
}

TEST(Gaps, ImagesUnderTestMustGo)
{
  World world;
  settle(world);
  EXPECT_THAT(gaps(world, {{"TektonPipeline"}, {}, {digest('c')}}),
              ElementsAre("InstallerSet pipeline-main-deployment-1 still asks for an image under test",
                          "pod controller-1 container tekton-pipelines-controller still uses an image under test"));
  EXPECT_THAT(gaps(world, {{"TektonPipeline"}, {}, {digest('e')}}),
              ElementsAre("pod controller-1 container tekton-pipelines-controller still uses an image under test"));
  EXPECT_THAT(gaps(world, {{"TektonPipeline"}, {}, {digest('9')}}), IsEmpty());
}

TEST(Gaps, AMarkedSetIsNotWrittenAnewYet)
{
  World world;
  settle(world);
  tell(world.sets, set_json({.deployments = {{"controller", image("controller", 'c')}}, .hash = "streamgate"}));
  EXPECT_THAT(gaps(world), ElementsAre("InstallerSet pipeline-main-deployment-1 is not written anew yet"));
  tell(world.sets, set_json({.deployments = {{"controller", image("controller", 'c')}}, .hash = "h"}));
  EXPECT_THAT(gaps(world), IsEmpty());
}

TEST(Gaps, AWebhookThatTheServerDoesNotAskYetIsNotWell)
{
  World world;
  settle(world);
  tell(world.sets, set_json({.name = "pipeline-main-static-1", .uid = "set-0", .mutating_webhook = "webhook.example"}));
  EXPECT_THAT(gaps(world), ElementsAre("MutatingWebhookConfiguration webhook.example is not there yet"));
  const auto gaps_with = [&](const std::string& webhook) {
    tell(world.mutating_webhooks, R"({"metadata":{"name":"webhook.example"},"webhooks":[)" + webhook + "]}");
    return gaps(world);
  };
  EXPECT_THAT(gaps_with(R"({"clientConfig":{"service":{"name":"w"}}})"),
              ElementsAre("MutatingWebhookConfiguration webhook.example has no rules yet"));
  EXPECT_THAT(gaps_with(R"({"clientConfig":{"service":{"name":"w"}},"rules":[{}]})"),
              ElementsAre("MutatingWebhookConfiguration webhook.example has no caBundle yet"));
  EXPECT_THAT(gaps_with(R"({"clientConfig":{"service":{"name":"w"},"caBundle":"eA=="},"rules":[{}]})"), IsEmpty());
  EXPECT_THAT(gaps_with(R"({"clientConfig":{"url":"https://w"},"rules":[{}]})"), IsEmpty());
}

TEST(Gaps, PodsThatLeaveMayStayWhereTheyAreNotTested)
{
  World world;
  settle(world);
  const auto old = container_json("tekton-pipelines-controller", image("controller", '9'));
  Expectation expectation{{"TektonPipeline"}, {}, {digest('9')}};
  const auto gaps = [&](bool deleting) {
    tell(world.pods, pod_json({.name = "old", .owner = "rs-0", .containers = old, .deleting = deleting}));
    return find_gaps(world, expectation, "tekton-pipelines").texts;
  };
  EXPECT_EQ(gaps(true).size(), 2U) << "stray, and with an image under test";
  expectation.leaving_may_stay = true;
  EXPECT_EQ(gaps(true), std::vector<std::string>());
  EXPECT_EQ(gaps(false).size(), 2U);
}

TEST(Sets, MainOnesAreThoseLabelled)
{
  World world;
  settle(world);
  tell(world.sets, set_json({.name = "pipeline-post-1", .uid = "p", .type = "post", .deployments = {{"proxy", "x"}}}));
  tell(world.sets, set_json({.name = "trigger-main-1", .uid = "t", .created_by = "TektonTrigger"}));
  std::vector<std::string> names;
  for (const auto* set : main_sets(world, "TektonPipeline")) names.push_back(set->name);
  EXPECT_THAT(names, ElementsAre("pipeline-main-deployment-1", "pipeline-main-static-1"));
}

TEST(Sets, WithoutTheLabelThoseWithWorkloads)
{
  World world;
  tell(world.sets,
       set_json(
           {.name = "chain-1", .uid = "a", .created_by = "TektonChain", .type = "chain", .deployments = {{"c", "x"}}}));
  tell(world.sets, set_json({.name = "chain-secret", .uid = "b", .created_by = "TektonChain", .type = "secret"}));
  tell(world.sets, set_json({.name = "chain-post",
                             .uid = "d",
                             .created_by = "TektonChain",
                             .type = "post",
                             .deployments = {{"q", "x"}}}));
  const auto sets = main_sets(world, "TektonChain");
  ASSERT_EQ(sets.size(), 1U);
  EXPECT_EQ(sets[0]->name, "chain-1");
}

TEST(Views, ASetTellsWorkloadsAndDigests)
{
  const auto set = set_view(
      document(set_json({.ready = "Unknown", .deployments = {{"a", image("x", '1')}, {"b", image("y", '2')}}})));
  EXPECT_EQ(set.workloads.size(), 2U);
  EXPECT_EQ(set.digests, (std::set<std::string>{digest('1'), digest('2')}));
  EXPECT_EQ(set.reason, "Ready=Unknown (m)");
  EXPECT_EQ(set_view(document("{}")).reason, "Ready is not set");
}

TEST(Views, AStatefulSetIsRolledOutByRevision)
{
  const auto view = [](const std::string& status) {
    return workload_view(document(R"({"metadata":{"generation":2},"spec":{"replicas":1},"status":)" + status + "}"),
                         "StatefulSet")
        .rollout;
  };
  EXPECT_EQ(view(R"({"observedGeneration":1})"), "its controller has not seen it yet");
  EXPECT_EQ(view(R"({"observedGeneration":2,"currentRevision":"a","updateRevision":"b"})"),
            "replicas of an old revision still there");
  EXPECT_EQ(view(R"({"observedGeneration":2,"currentRevision":"b","updateRevision":"b"})"), "0 of 1 replicas ready");
  EXPECT_EQ(view(R"({"observedGeneration":2,"currentRevision":"b","updateRevision":"b","readyReplicas":1})"), "");
}

TEST(Views, SelectorsMatchLikeTheServer)
{
  const auto selector = workload_view(document(R"({"spec":{"selector":{"matchLabels":{"a":"1"},"matchExpressions":[
    {"key":"b","operator":"In","values":["x","y"]},{"key":"c","operator":"NotIn","values":["z"]},
    {"key":"d","operator":"Exists"},{"key":"e","operator":"DoesNotExist"}]}}})"),
                                      "Deployment")
                            .selector;
  EXPECT_TRUE(selector.matches({{"a", "1"}, {"b", "y"}, {"d", ""}}));
  EXPECT_FALSE(selector.matches({{"a", "2"}, {"b", "y"}, {"d", ""}}));
  EXPECT_FALSE(selector.matches({{"a", "1"}, {"b", "w"}, {"d", ""}}));
  EXPECT_FALSE(selector.matches({{"a", "1"}, {"b", "y"}, {"c", "z"}, {"d", ""}}));
  EXPECT_FALSE(selector.matches({{"a", "1"}, {"b", "y"}}));
  EXPECT_FALSE(selector.matches({{"a", "1"}, {"b", "y"}, {"d", ""}, {"e", ""}}));
  EXPECT_FALSE(Selector{}.matches({{"a", "1"}})) << "an empty selector must not take every pod";
}

} // namespace
} // namespace streamgate::tekton_operator
