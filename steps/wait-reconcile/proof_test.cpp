// SPDX-License-Identifier: Apache-2.0
#include "operator/fixture.hpp"
#include "proof.hpp"

#include <gmock/gmock.h>

namespace streamgate::wait_reconcile {
namespace {

using namespace test;
using tekton_operator::World;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Owners k_owners{{"pipeline", "TektonPipeline"}};
const std::string k_container = "tekton-pipelines-controller";

record::ExpectedImage controller(char c = 'c')
{
  return {"pipeline", "controller", "IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER", image("controller", c), digest(c)};
}

record::ExpectedImage entrypoint(char c = 'e')
{
  return {"pipeline", "entrypoint", "IMAGE_PIPELINES_ARG__ENTRYPOINT_IMAGE", image("entrypoint", c), digest(c)};
}

std::string spec(const std::string& reference, const std::vector<std::string>& args = {})
{
  return container_json(k_container, reference, args);
}

Look look_at(World& world, const std::vector<record::ExpectedImage>& expected)
{
  return look(world, k_owners, expected);
}

TEST(Proof, TheBuiltDigestRuns)
{
  World world;
  settle(world);
  const auto out = look_at(world, {controller(), entrypoint()});
  ASSERT_EQ(out.proof.rows.size(), 2U);
  EXPECT_TRUE(out.proof.proven);
  EXPECT_TRUE(out.settled());
  const auto& row = out.proof.rows[0];
  EXPECT_EQ(row.workload, "Deployment/controller");
  EXPECT_EQ(row.pod, "controller-1");
  EXPECT_EQ(row.container, k_container);
  EXPECT_EQ(row.running, digest('c'));
  EXPECT_EQ(row.expected, digest('c'));
  EXPECT_EQ(row.note, "");
  EXPECT_EQ(out.proof.rows[1].note, "argument -entrypoint-image of " + k_container);
  EXPECT_THAT(table(out.proof), HasSubstr("yes     pipeline/entrypoint"));
}

TEST(Proof, NothingExpectedIsNoProof)
{
  World world;
  settle(world);
  EXPECT_FALSE(look_at(world, {}).proof.proven);
}

// Each imageID that a kubelet may tell, with the pod's spec pinning the built digest.
TEST(Proof, ImageIdsAreJudged)
{
  const struct {
    std::string id;
    int restarts;
    bool proven;
    std::string note;
  } cases[] = {
      {"elsewhere/controller@" + digest('c'), 3, true, ""},
      {"docker-pullable://registry.test:5000/controller@" + digest('c'), 0, true, ""},
      {digest('c'), 1, true, ""},
      {digest('9'), 0, false, "the runtime tells only its own image id, which proves nothing"},
      {"registry.test:5000/controller@" + digest('9'), 0, false,
       "another digest runs than was built (if the built one is an index: build one platform)"},
      {"registry.test:5000/controller:latest", 0, false,
       "imageID 'registry.test:5000/controller:latest' is of no known form"},
  };
  for (const auto& c : cases) {
    World world;
    settle(world);
    tell(world.pods, pod_json({.containers = spec(image("controller", 'c')),
                               .statuses = running_json(k_container, c.id, c.restarts)}));
    const auto out = look_at(world, {controller()});
    ASSERT_EQ(out.proof.rows.size(), 1U) << c.id;
    EXPECT_EQ(out.proof.proven, c.proven) << c.id;
    EXPECT_EQ(out.proof.rows[0].note, c.note);
    EXPECT_TRUE(out.settled()) << c.id;
  }
}

TEST(Proof, AContainerThatTheKeyNamesMustAskForTheImage)
{
  World world;
  settle(world, '0'); // the operator rolled out another image
  const auto out = look_at(world, {controller('c')});
  ASSERT_EQ(out.proof.rows.size(), 1U);
  EXPECT_FALSE(out.proof.proven);
  EXPECT_TRUE(out.settled()) << "waiting does not help";
  EXPECT_EQ(out.proof.rows[0].note, "Deployment/controller asks for " + image("controller", '0'));
  EXPECT_THAT(problems(out.proof), ElementsAre(HasSubstr("image controller of pipeline in Deployment/controller")));
}

TEST(Proof, AContainerThatDoesNotRunYetIsPending)
{
  for (const auto& status :
       {waiting_json(k_container, "ContainerCreating", ""), running_json(k_container, ""), std::string()}) {
    World world;
    settle(world);
    tell(world.pods, pod_json({.containers = spec(image("controller", 'c')), .statuses = status}));
    const auto out = look_at(world, {controller()});
    EXPECT_FALSE(out.proof.proven) << status;
    EXPECT_FALSE(out.settled()) << status;
    EXPECT_EQ(out.proof.rows[0].note, "does not run yet");
  }
  World world;
  settle(world);
  tell(world.pods, pod_json({}), kube::EventType::deleted);
  const auto out = look_at(world, {controller(), entrypoint()});
  EXPECT_EQ(out.proof.rows[0].note, "no pod yet");
  EXPECT_FALSE(out.settled());
}

TEST(Proof, EveryPodCounts)
{
  World world;
  settle(world);
  tell(world.pods, pod_json({.name = "controller-2",
                             .containers = spec(image("controller", 'c')),
                             .statuses = running_json(k_container, "r/controller@" + digest('0'))}));
  const auto out = look_at(world, {controller()});
  ASSERT_EQ(out.proof.rows.size(), 2U);
  EXPECT_FALSE(out.proof.proven);
  EXPECT_EQ(out.proven, 1);
}

TEST(Proof, AnImageThatNothingUsesIsNotProven)
{
  World world;
  settle(world);
  const auto out = look_at(
      world, {controller(),
              {"pipeline", "events", "IMAGE_PIPELINES_TEKTON_EVENTS_CONTROLLER", image("events", 'v'), digest('v')}});
  EXPECT_FALSE(out.proof.proven);
  EXPECT_TRUE(out.settled());
  EXPECT_EQ(out.proof.rows[1].note, "no container runs it, and no argument names it");
}

TEST(Proof, TheArgumentOfTheKeyMustBeTheImage)
{
  World world;
  settle(world);
  const auto out = look_at(world, {controller(), entrypoint('f')});
  ASSERT_EQ(out.proof.rows.size(), 2U);
  EXPECT_FALSE(out.proof.proven);
  EXPECT_EQ(out.proof.rows[1].note, "argument -entrypoint-image is " + image("entrypoint", 'e'));
}

TEST(Proof, AnArgumentCountsOnlyInAProvenContainer)
{
  World world;
  settle(world);
  tell(world.pods,
       pod_json({.containers = spec(image("controller", 'c'), {"-entrypoint-image=" + image("entrypoint", 'e')}),
                 .statuses = running_json(k_container, "r/controller@" + digest('0'))}));
  const auto out = look_at(world, {controller(), entrypoint()});
  EXPECT_FALSE(out.proof.rows[1].proven);
  EXPECT_EQ(out.proof.rows[1].note, "argument -entrypoint-image of " + k_container + ", which is not proven itself");
  const auto alone = look_at(world, {entrypoint()});
  EXPECT_TRUE(alone.proof.proven) << "nothing was built for the carrier, so it has nothing to prove";
}

TEST(Proof, VariablesCarryImagesToo)
{
  World world;
  settle(world);
  const auto carrier = container_json(k_container, image("controller", 'c'), {}, {{"SHELL", image("shell", 's')}});
  tell(world.pods, pod_json({.containers = carrier, .statuses = running_json(k_container, "r@" + digest('c'))}));
  const auto out = look_at(world, {{"pipeline", "shell", "IMAGE_PIPELINES_X", image("shell", 's'), digest('s')}});
  EXPECT_TRUE(out.proof.proven);
  EXPECT_EQ(out.proof.rows[0].note, "variable SHELL of " + k_container);
}

TEST(Proof, ADigestWithoutReferenceInAnArgumentIsNothing)
{
  World world;
  settle(world);
  tell(world.pods, pod_json({.containers = spec(image("controller", 'c'), {"--label", digest('s')}),
                             .statuses = running_json(k_container, "r@" + digest('c'))}));
  EXPECT_FALSE(
      look_at(world, {{"pipeline", "shell", "IMAGE_PIPELINES_X", image("shell", 's'), digest('s')}}).proof.proven);
}

TEST(Proof, WorkloadsOfOthersDoNotProve)
{
  World world;
  settle(world);
  tell(world.deployments, deployment_json({.owner = "somebody", .containers = spec(image("controller", 'c'))}));
  const auto out = look_at(world, {controller()});
  EXPECT_FALSE(out.proof.proven);
  EXPECT_FALSE(out.settled());
}

TEST(Proof, AnImageUnderTwoKeysIsOne)
{
  World world;
  settle(world);
  auto other = controller();
  other.key = "IMAGE_PIPELINES_OLD_CONTROLLER";
  const auto out = look_at(world, {controller(), other});
  EXPECT_EQ(out.proof.rows.size(), 1U);
  EXPECT_TRUE(out.proof.proven);
}

TEST(Keys, NameContainersAndArguments)
{
  EXPECT_TRUE(key_names_container("IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER", "tekton-pipelines-controller"));
  EXPECT_TRUE(key_names_container("IMAGE_PIPELINES_CONTROLLER", "controller"));
  EXPECT_FALSE(key_names_container("IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER", "controller"));
  EXPECT_FALSE(key_names_container("IMAGE_PIPELINES_WEBHOOK", ""));
  EXPECT_FALSE(key_names_container("IMAGE_", ""));
  EXPECT_TRUE(key_names_argument("IMAGE_PIPELINES_ARG__ENTRYPOINT_IMAGE", "-entrypoint-image"));
  EXPECT_TRUE(key_names_argument("IMAGE_TRIGGERS_ARG___EL_IMAGE", "--el-image"));
  EXPECT_FALSE(key_names_argument("IMAGE_PIPELINES_ARG__ENTRYPOINT_IMAGE", "-nop-image"));
  EXPECT_FALSE(key_names_argument("IMAGE_PIPELINES_ARG__NOP_IMAGE", ""));
}

} // namespace
} // namespace streamgate::wait_reconcile
