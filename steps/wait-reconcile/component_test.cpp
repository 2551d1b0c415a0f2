// SPDX-License-Identifier: Apache-2.0
#include "operator/fake_target.hpp"
#include "operator/site.hpp"
#include "record/run_dir.hpp"
#include "support/step_process.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <future>
#include <iostream>

// wait-reconcile's real executable against a real API server.
namespace streamgate::wait_reconcile {
namespace {

using namespace test;
using ::testing::HasSubstr;

class WaitReconcile : public ::testing::Test {
protected:
  void SetUp() override
  {
    if (const auto server = ApiServer::shared(); !server) GTEST_FAIL() << server.error().text();
    ::setenv("STREAMGATE_TIMEOUT", "20s", 1); // where the test gives none
    target = std::make_unique<FakeTarget>();
    write_run(folder.path(), "gate-1");
    patch_target(*target, folder.path());
  }

  std::vector<std::string> arguments(const std::vector<std::string>& more) const
  {
    std::vector<std::string> out{"--run-dir", folder.path(), "--kubeconfig", target->kubeconfig()};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
  ProcessResult step(const std::vector<std::string>& more = {}) const
  {
    return run_step_process("wait-reconcile", arguments(more));
  }
  record::Deploy deploy() const
  {
    return record::RunDir(folder.path()).load<record::Deploy>().value_or(record::Deploy{});
  }

  void expect_error(const ProcessResult& result, int exit, const std::string& reason, const std::string& message) const
  {
    EXPECT_EQ(result.exit, exit) << result.err;
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_EQ(json::text(document(folder.read("errors/wait-reconcile.json")), {"reason"}), reason);
  }

  TestFolder folder;
  std::unique_ptr<FakeTarget> target;
};

TEST_F(WaitReconcile, ProvesBeforeAndAfter)
{
  const auto old_sets = target->set_uids();
  const auto result = folder.path() / "proven";
  const auto waited = step({"--result", "proven=" + result.string()});
  ASSERT_EQ(waited.exit, 0) << waited.err;
  EXPECT_THAT(waited.err, HasSubstr("deleted 2 InstallerSets of TektonPipeline"));
  EXPECT_NE(target->set_uids(), old_sets);
  EXPECT_EQ(folder.read("proven"), "true");
  ASSERT_TRUE(deploy().before);
  EXPECT_TRUE(deploy().before->proven);
  EXPECT_EQ(deploy().before->rows.size(), 2U);
  EXPECT_NE(deploy().before->time, "");
  EXPECT_FALSE(deploy().after);

  const auto new_sets = target->set_uids();
  const auto verified = step({"--verify", "--output", "json"});
  EXPECT_EQ(verified.exit, 0) << verified.err;
  EXPECT_TRUE(json::flag(document(verified.out), {"proven"}));
  EXPECT_EQ(target->set_uids(), new_sets) << "--verify changes nothing";
  ASSERT_TRUE(deploy().after);
  EXPECT_TRUE(deploy().after->proven);
}

// Names of the sets of which part of the name and a metadata member are these.
std::vector<std::string> sets_of(const FakeTarget& target, const std::string& part, const char* member)
{
  std::vector<std::string> names;
  const auto list = target.client().list(kube::k_installer_sets, "");
  for (const auto& set : list->items) {
    const auto name = json::text(set, {"metadata", "name"});
    if (name.find(part) != name.npos && !json::text(set, {"metadata", member}).empty()) names.emplace_back(name);
  }
  return names;
}

// Looked at for a while: a deletion that does not wait comes right after the first.
void expect_static_set_stays(const FakeTarget& target, const std::string& why)
{
  const Cancel never;
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(sets_of(target, "static", "name").size(), 1U) << why;
    (void)never.sleep(std::chrono::milliseconds(25));
  }
}

TEST_F(WaitReconcile, TheSetsWithoutWorkloadsWaitForThoseWithThem)
{
  const auto finalize = [&](const std::string& name, const std::string& finalizers) {
    return target->client().patch(kube::k_installer_sets, {"", name}, kube::PatchType::merge,
                                  R"({"metadata":{"finalizers":)" + finalizers + "}}");
  };
  const auto old = sets_of(*target, "deployment", "name");
  ASSERT_EQ(old.size(), 1U);
  ASSERT_TRUE(finalize(old[0], R"(["streamgate.test/held"])"));
  auto waited = std::async(std::launch::async, [&] { return step(); });
  EXPECT_TRUE(target->eventually([&] { return !sets_of(*target, "deployment", "deletionTimestamp").empty(); }));
  expect_static_set_stays(*target, "its roles are needed until the workloads are gone");
  ASSERT_TRUE(finalize(old[0], "[]"));
  const auto result = waited.get();
  EXPECT_EQ(result.exit, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("deleted 2 InstallerSets of TektonPipeline"));
}

class WaitReconcileLeases : public WaitReconcile {
protected:
  void SetUp() override
  {
    WaitReconcile::SetUp();
    target->run_old_pod("old-webhook");
    add(k_lease, "old-webhook_7");
    add("gone.00-of-01", "of-somebody-else_7");
    target->reconciler = false;
  }
  void add(const std::string& name, const std::string& holder) const
  {
    ASSERT_TRUE(
        target->client().create(kube::k_leases, k_namespace,
                                R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":")" + name +
                                    R"("},"spec":{"holderIdentity":")" + holder + R"("}})"));
  }
  void give_back() const
  {
    ASSERT_TRUE(target->client().patch(kube::k_leases, {k_namespace, k_lease}, kube::PatchType::merge,
                                       R"({"spec":{"holderIdentity":""}})"));
  }
  std::size_t leases() const { return target->client().list(kube::k_leases, k_namespace)->items.size(); }
  void finish(std::future<ProcessResult>& waited) const
  {
    target->end_pod("old-webhook");
    target->reconciler = true;
    const auto result = waited.get();
    EXPECT_EQ(result.exit, 0) << result.err;
  }

  const std::string k_namespace = "tekton-pipelines";
  const std::string k_lease = "webhook.00-of-01";
};

TEST_F(WaitReconcileLeases, AreWaitedForBeforeTheRolesGo)
{
  auto waited = std::async(std::launch::async, [&] { return step(); });
  EXPECT_TRUE(target->eventually([&] { return sets_of(*target, "deployment", "name").empty(); }));
  expect_static_set_stays(*target, "without its roles the pod cannot give its lease back");
  give_back();
  EXPECT_TRUE(target->eventually([&] { return target->set_uids().empty(); }));
  EXPECT_EQ(leases(), 2U);
  finish(waited);
}

TEST_F(WaitReconcileLeases, OfAPodThatWentWithThemAreFreed)
{
  auto waited = std::async(std::launch::async, [&] { return step(); });
  EXPECT_TRUE(target->eventually([&] { return sets_of(*target, "deployment", "name").empty(); }));
  target->end_pod("old-webhook");
  EXPECT_TRUE(target->eventually([&] { return leases() == 1; })) << "and that of somebody else stays";
  finish(waited);
}

TEST_F(WaitReconcileLeases, ThatItMayNotFreeRunOut)
{
  target->grant_documented();
  auto waited = std::async(std::launch::async, [&] {
    return run_step_process("wait-reconcile", {"--run-dir", folder.path(), "--kubeconfig", target->powerless()});
  });
  EXPECT_TRUE(target->eventually([&] { return sets_of(*target, "deployment", "name").empty(); }));
  finish(waited);
  EXPECT_EQ(leases(), 2U);
}

// No garbage collector runs here, so what is gone was deleted by the step.
TEST_F(WaitReconcile, OldWorkloadsEndAtOnceAndSoon)
{
  target->reconciler = false;
  target->run_old_pod("old-webhook");
  auto waited = std::async(std::launch::async, [&] { return step(); });
  EXPECT_TRUE(target->eventually([&] { return target->grace("old-webhook") == 10; })) << "of 30 s";
  for (const auto& resource : {kube::k_deployments, kube::k_replica_sets}) {
    EXPECT_TRUE(target->client().list(resource, "tekton-pipelines")->items.empty()) << resource.plural;
  }
  target->end_pod("old-webhook");
  target->reconciler = true;
  const auto result = waited.get();
  EXPECT_EQ(result.exit, 0) << result.err;
}

TEST_F(WaitReconcile, OldWorkloadsThatItMayNotEndAreLeftToTheOperator)
{
  target->reconciler = false;
  target->grant_documented();
  auto waited = std::async(std::launch::async, [&] {
    return run_step_process("wait-reconcile", {"--run-dir", folder.path(), "--kubeconfig", target->powerless()});
  });
  EXPECT_TRUE(target->eventually([&] { return target->set_uids().empty(); }));
  for (const auto& resource : {kube::k_deployments, kube::k_replica_sets, kube::k_pods}) {
    EXPECT_EQ(target->client().list(resource, "tekton-pipelines")->items.size(), 1U) << resource.plural;
  }
  target->reconciler = true;
  const auto result = waited.get();
  EXPECT_EQ(result.exit, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("the old workloads are left to the operator: DELETE"));
}

TEST_F(WaitReconcile, ACrashingImageFailsTheRunAtOnce)
{
  target->pods = FakeTarget::Pods::crash;
  expect_error(step(), 1, "CrashLoop", "container tekton-pipelines-controller of pod tekton-pipelines/controller-");
  EXPECT_THAT(folder.read("errors/wait-reconcile.json"), HasSubstr("exit code 7"));
  ASSERT_TRUE(deploy().before);
  EXPECT_FALSE(deploy().before->proven);
}

TEST_F(WaitReconcile, ARegistryThatIsDownIsAnError)
{
  target->pods = FakeTarget::Pods::pull;
  expect_error(step(), 2, "Registry", "ImagePullBackOff: connection refused");
}

TEST_F(WaitReconcile, AnotherDigestIsRefused)
{
  target->pods = FakeTarget::Pods::wrong_digest;
  expect_error(step(), 2, "ProofFailed", "running " + digest('9') + "; built " + digest('c'));
  EXPECT_FALSE(deploy().before->proven);
}

TEST_F(WaitReconcile, VerifyRefusesTheOldImages)
{
  const auto result = step({"--verify"});
  expect_error(result, 2, "ProofFailed", "Deployment/controller asks for " + image("controller", '0'));
  EXPECT_THAT(result.out, HasSubstr("NO      pipeline/controller"));
  ASSERT_TRUE(deploy().after);
  EXPECT_FALSE(deploy().after->proven);
}

TEST_F(WaitReconcile, ATimeoutListsWhatIsMissing)
{
  target->reconciler = false;
  expect_error(step({"--timeout", "2s"}), 2, "Timeout",
               "missing: no new InstallerSet of TektonPipeline with workloads");
}

TEST_F(WaitReconcile, AnOperatorThatIsNotAvailableIsNamed)
{
  target->available = false;
  expect_error(step({"--timeout", "2s"}), 2, "Timeout",
               "missing: Deployment tekton-operator/tekton-operator: 0 of 1 replicas available");
  EXPECT_EQ(step({"--verify"}).exit, 0) << "of the images alone";
}

TEST_F(WaitReconcile, AnUnreadyConfigIsWaitedFor)
{
  ASSERT_TRUE(
      target->client().patch(kube::k_tekton_configs, {"", "config"}, kube::PatchType::merge,
                             R"({"status":{"conditions":[{"type":"Ready","status":"False","message":"not yet"}]}})"));
  expect_error(step({"--timeout", "3s"}), 2, "Timeout", "TektonConfig Ready=False (not yet)");
}

TEST_F(WaitReconcile, EndsSoonAfterTheLastChange)
{
  const auto config = [&](const std::string& ready) {
    return target->client().patch(kube::k_tekton_configs, {"", "config"}, kube::PatchType::merge,
                                  R"({"status":{"conditions":[{"type":"Ready","status":")" + ready + R"("}]}})");
  };
  ASSERT_TRUE(config("False"));
  auto argv = arguments({});
  argv.insert(argv.begin(), std::string(STREAMGATE_BIN_DIR) + "/wait-reconcile");
  Child child(argv, folder.path() / "step.log");
  ASSERT_TRUE(target->eventually([&] {
    return folder.read("step.log").find("first: TektonConfig Ready=False") != std::string::npos;
  })) << folder.read("step.log");
  ASSERT_TRUE(config("True"));
  const auto changed = std::chrono::steady_clock::now();
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child.id()), &ended, WEXITED | WNOWAIT), 0);
  const auto took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - changed).count();
  EXPECT_EQ(ended.si_status, 0) << folder.read("step.log");
  std::cout << "ended " << took << " ms after the answer to the last change\n";
  EXPECT_LT(took, 500) << "it polls, or does much after the last change";
}

TEST_F(WaitReconcile, SigtermEndsItAtOnce)
{
  target->reconciler = false;
  auto argv = arguments({"--timeout", "10m"});
  argv.insert(argv.begin(), std::string(STREAMGATE_BIN_DIR) + "/wait-reconcile");
  Child child(argv, folder.path() / "step.log");
  ASSERT_TRUE(target->eventually([&] { return target->set_uids().empty(); }));
  child.signal(SIGTERM);
  ASSERT_TRUE(target->eventually([&] { return !child.running(); }));
  EXPECT_EQ(json::text(document(folder.read("errors/wait-reconcile.json")), {"reason"}), "Cancelled");
}

TEST_F(WaitReconcile, NothingToProveIsNoProof)
{
  auto empty = deploy();
  empty.expected.clear();
  ASSERT_TRUE(record::RunDir(folder.path()).store(empty));
  const auto sets = target->set_uids();
  expect_error(step(), 2, "BadInput", "expects no image of component pipeline");
  EXPECT_EQ(target->set_uids(), sets);
  std::filesystem::remove(folder.path() / "deploy.json");
  expect_error(step(), 2, "NotFound", "deploy.json");
}

TEST_F(WaitReconcile, AnotherClusterThanThePatchedOneIsRefused)
{
  auto elsewhere = deploy();
  elsewhere.server = "https://another.example:6443";
  ASSERT_TRUE(record::RunDir(folder.path()).store(elsewhere));
  const auto sets = target->set_uids();
  for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--verify"}}) {
    const auto refused = step(more);
    expect_error(refused, 2, "BadInput", "deploy.json is of https://another.example:6443");
    EXPECT_THAT(refused.err, HasSubstr("give the kubeconfig that patch-csv was given"));
    EXPECT_EQ(target->set_uids(), sets) << "of a cluster that was not patched nothing is deleted";
    EXPECT_FALSE(deploy().before || deploy().after);
  }
}

// evaluate compares them: who takes the target in between deletes the ConfigMap and makes another.
TEST_F(WaitReconcile, WhoHoldsTheTargetIsInBothProofs)
{
  const kube::ObjectName name{"tekton-operator", tekton_operator::k_undo_name};
  const auto hold = [&] {
    (void)target->client().remove(kube::k_config_maps, name);
    const auto made = target->client().create(
        kube::k_config_maps, name.nspace,
        R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"streamgate-restore","namespace":"tekton-operator"}})");
    return made ? std::string(json::text(*made, {"metadata", "uid"})) : made.error().text();
  };
  const auto first = hold();
  ASSERT_EQ(step().exit, 0);
  ASSERT_EQ(step({"--verify"}).exit, 0);
  EXPECT_EQ(deploy().before->claim, first);
  EXPECT_EQ(deploy().after->claim, first);
  const auto second = hold();
  ASSERT_EQ(step({"--verify"}).exit, 0);
  EXPECT_EQ(deploy().after->claim, second);
  ASSERT_TRUE(target->client().remove(kube::k_config_maps, name));
  ASSERT_EQ(step({"--verify"}).exit, 0);
  EXPECT_EQ(deploy().after->claim, "");
}

TEST_F(WaitReconcile, TheRightsThatTheReadmeNamesAreEnough)
{
  target->grant_documented();
  ProcessResult result;
  ASSERT_TRUE(target->eventually([&] { // RBAC is read a moment after it was written
    result = run_step_process("wait-reconcile", {"--run-dir", folder.path(), "--kubeconfig", target->powerless()});
    return result.exit == 0;
  })) << result.err;
}

TEST_F(WaitReconcile, CommandLine)
{
  const auto help = run_step_process("wait-reconcile", {"--help"});
  EXPECT_EQ(help.exit, 0);
  EXPECT_THAT(help.out, HasSubstr("--verify"));
  EXPECT_EQ(run_step_process("wait-reconcile", {"--verfy"}).exit, 2);
  const auto nobody =
      run_step_process("wait-reconcile", {"--run-dir", folder.path(), "--kubeconfig", target->powerless()});
  expect_error(nobody, 2, "Forbidden", "reading the TektonConfig");
}

} // namespace
} // namespace streamgate::wait_reconcile
