// SPDX-License-Identifier: Apache-2.0
#include "crash.hpp"
#include "operator/fixture.hpp"

#include <gmock/gmock.h>

namespace streamgate::wait_reconcile {
namespace {

using namespace test;
using tekton_operator::World;
using ::testing::HasSubstr;

const std::string k_container = "tekton-pipelines-controller";
const std::string k_ended = R"({"terminated":{"exitCode":1,"reason":"Error","message":"boom"}})";

std::string spec()
{
  return container_json(k_container, image("controller", 'c'));
}

std::optional<Fall> fall(const std::string& status, const std::set<std::string>& digests = {digest('c')},
                         const std::set<std::string>& old_sets = {}, bool deleting = false)
{
  World world;
  settle(world);
  tell(world.pods, pod_json({.containers = spec(), .statuses = status, .deleting = deleting}));
  return find_fall(world, {"TektonPipeline"}, old_sets, digests);
}

std::string ended_json(int code, int restarts)
{
  return R"({"name":")" + k_container + R"(","imageID":"","restartCount":)" + std::to_string(restarts) +
         R"(,"state":{"terminated":{"exitCode":)" + std::to_string(code) + R"(,"reason":"Error"}}})";
}

TEST(Fall, ACrashLoopIsSeenAtOnce)
{
  const auto out = fall(waiting_json(k_container, "CrashLoopBackOff", "back-off 10s", 1, k_ended));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->kind, Fall::Kind::crash);
  EXPECT_EQ(out->pod.name, "controller-1");
  EXPECT_EQ(out->pod.nspace, "tekton-pipelines");
  EXPECT_EQ(out->container, k_container);
  EXPECT_EQ(out->exit_code, 1);
  const auto error = fall_error(*out, "line 1\npanic: boom\n");
  EXPECT_EQ(error.code, ErrorCode::crash_loop);
  EXPECT_EQ(exit_status(error.code), ExitStatus::failed);
  EXPECT_EQ(
      error.message,
      "container tekton-pipelines-controller of pod tekton-pipelines/controller-1: the image under test does not stay "
      "up: exit code 1, Error, 1 restarts: boom; its last lines:\nline 1\npanic: boom\n");
}

TEST(Fall, RepeatedEndsAreACrash)
{
  EXPECT_TRUE(fall(ended_json(1, 2)));
  EXPECT_FALSE(fall(ended_json(1, 1))) << "the first crash may be a race at the start";
  EXPECT_FALSE(fall(ended_json(0, 2)));
  EXPECT_FALSE(fall(running_json(k_container, "r@" + digest('c'), 5)));
}

TEST(Fall, AnImageThatCannotBeFetchedIsTheRegistrys)
{
  for (const auto* reason : {"ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"}) {
    const auto out = fall(waiting_json(k_container, reason, "dial tcp: connection refused"));
    ASSERT_TRUE(out) << reason;
    const auto error = fall_error(*out, "");
    EXPECT_EQ(error.code, ErrorCode::registry);
    EXPECT_EQ(exit_status(error.code), ExitStatus::error);
    EXPECT_THAT(error.message, HasSubstr(std::string(reason) + ": dial tcp: connection refused"));
  }
  EXPECT_FALSE(fall(waiting_json(k_container, "ErrImagePull", "once")));
  EXPECT_FALSE(fall(waiting_json(k_container, "ContainerCreating", "")));
}

TEST(Fall, OnlyImagesUnderTestCount)
{
  const auto crash = waiting_json(k_container, "CrashLoopBackOff", "", 3, k_ended);
  EXPECT_FALSE(fall(crash, {digest('9')}));
  EXPECT_FALSE(fall(crash, {digest('c')}, {"set-1"})) << "pods of old sets may crash on their way out";
  EXPECT_FALSE(fall(crash, {digest('c')}, {}, true));
  EXPECT_TRUE(fall(crash));
}

TEST(Fall, AnotherContainerOfThePodDoesNotCount)
{
  World world;
  settle(world);
  tell(world.pods, pod_json({.containers = spec() + "," + container_json("proxy", image("proxy", '0')),
                             .statuses = running_json(k_container, "r@" + digest('c')) + "," +
                                         waiting_json("proxy", "CrashLoopBackOff", "", 3, k_ended)}));
  EXPECT_FALSE(find_fall(world, {"TektonPipeline"}, {}, {digest('c')}));
}

} // namespace
} // namespace streamgate::wait_reconcile
