// SPDX-License-Identifier: Apache-2.0
#include "operator/fixture.hpp"
#include "operator/rollout.hpp"

#include <gmock/gmock.h>

namespace streamgate::tekton_operator {
namespace {

using namespace test;

const record::OperatorSite k_site{"tekton-operator", "tekton-operator.v0.75.0", "csv-uid", "tekton-operator",
                                  "tekton-operator-lifecycle"};
const std::vector<WantedEnv> k_wanted{{"IMAGE_A_X", "new-x"}};

std::string operator_container(const std::string& value)
{
  return container_json("tekton-operator-lifecycle", "op", {}, {{"IMAGE_A_X", value}});
}

std::string gap(const DeploymentShape& shape, const std::vector<PodShape>& shapes,
                Following until = Following::complete)
{
  const auto deployment = workload_view(document(deployment_json(shape)), "Deployment");
  std::vector<PodView> pods;
  for (const auto& pod : shapes) pods.push_back(pod_view(document(pod_json(pod))));
  std::vector<const PodView*> pointers;
  for (const auto& pod : pods) pointers.push_back(&pod);
  return rollout_gap(&deployment, pointers, k_site, k_wanted, until);
}

TEST(Rollout, ADeploymentFollowsWhenOnlyNewPodsAreLeft)
{
  const DeploymentShape good{.name = "tekton-operator", .containers = operator_container("new-x")};
  const PodShape fresh{.app = "tekton-operator", .containers = operator_container("new-x")};
  EXPECT_EQ(gap(good, {fresh}), "");
  auto stale = fresh;
  stale.name = "old";
  stale.containers = operator_container("old-x");
  stale.deleting = true;
  EXPECT_EQ(gap(good, {fresh, stale}), "Deployment tekton-operator/tekton-operator: old pod old still there");
  EXPECT_NE(gap(good, {fresh, stale}, Following::replaced), "");
  stale.phase = "Succeeded";
  EXPECT_EQ(gap(good, {fresh, stale}), "");
}

TEST(Rollout, SaysWhatDidNotFollowAndWhy)
{
  EXPECT_EQ(rollout_gap(nullptr, {}, k_site, k_wanted, Following::replaced),
            "Deployment tekton-operator/tekton-operator does not exist");
  EXPECT_EQ(gap({.name = "tekton-operator", .containers = operator_container("old-x")}, {}),
            "OLM has not given IMAGE_A_X to Deployment tekton-operator/tekton-operator");
  const PodShape stuck{.app = "tekton-operator",
                       .containers = operator_container("new-x"),
                       .statuses = waiting_json("tekton-operator-lifecycle", "ImagePullBackOff", "no such image")};
  EXPECT_EQ(gap({.name = "tekton-operator", .containers = operator_container("new-x"), .available = 0}, {stuck}),
            "Deployment tekton-operator/tekton-operator: 0 of 1 replicas available; pod controller-1 container "
            "tekton-operator-lifecycle: "
            "ImagePullBackOff (no such image)");
  EXPECT_EQ(gap({.name = "tekton-operator", .containers = operator_container("new-x"), .available = 0}, {stuck},
                Following::replaced),
            "");
}

} // namespace
} // namespace streamgate::tekton_operator
