// SPDX-License-Identifier: Apache-2.0
#include "component_fixture.hpp"

// What a restore says when the record on the target is lost, or when it was deleted by a restore that was not whole.
namespace streamgate::patch_csv {
namespace {

class Restore : public PatchCsv {
protected:
  bool says_restored() const
  {
    const auto deploy = record::RunDir(folder.path()).load<record::Deploy>();
    EXPECT_TRUE(deploy) << deploy.error().text();
    return deploy && deploy->restored;
  }
  void lose_record() const
  {
    ASSERT_TRUE(target->client().remove(kube::k_config_maps, {"tekton-operator", k_undo_name}));
  }
  void expect_conflict(const std::string& message) const
  {
    expect_error(step({"--restore"}), "Conflict", message);
    EXPECT_FALSE(says_restored());
  }
};

TEST_F(Restore, ThatSomebodyElseChangedSaysSoEachTime)
{
  ASSERT_EQ(step().exit, 0);
  deploy();
  target->set_env(k_argument, "theirs");
  for (int i = 0; i < 3; ++i) {
    expect_conflict(k_argument + " holds 'theirs'");
    EXPECT_EQ(target->env(k_argument), "theirs");
    EXPECT_EQ(target->env(k_key), image("controller", '0'));
    EXPECT_FALSE(target->has_undo()) << "another run may have the target";
  }
  target->set_env(k_argument, image("entrypoint", '1'));
  for (int i = 0; i < 2; ++i) {
    const auto restored = step({"--restore"});
    EXPECT_EQ(restored.exit, 0) << restored.err;
    EXPECT_TRUE(says_restored());
    expect_restored();
  }
}

TEST_F(Restore, NeedsNoRunDirectory)
{
  const std::vector<std::string> bare{"--restore", "--kubeconfig", target->kubeconfig()};
  const auto nothing = run_step_process("patch-csv", bare);
  EXPECT_EQ(nothing.exit, 0) << nothing.err;
  EXPECT_THAT(nothing.out, HasSubstr("nothing to restore"));
  ASSERT_EQ(step().exit, 0);
  deploy();
  const auto restored = run_step_process("patch-csv", bare);
  EXPECT_EQ(restored.exit, 0) << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("restored 2 of 2 values"));
  expect_restored();
  const auto patch = run_step_process("patch-csv", {"--kubeconfig", target->kubeconfig()});
  EXPECT_EQ(patch.exit, 2);
  EXPECT_THAT(patch.err, HasSubstr("--run-dir is required, but for --restore"));
  expect_restored();
}

TEST_F(Restore, WhoseRecordIsLostWorksFromDeployJson)
{
  ASSERT_EQ(step().exit, 0);
  deploy();
  lose_record();
  const auto shown = step({"--restore", "--dry-run"});
  EXPECT_EQ(shown.exit, 0) << shown.err;
  EXPECT_EQ(json::text(document(shown.out), {"run"}), "gate-1");
  EXPECT_FALSE(target->has_undo()) << "a dry run writes nothing";
  const auto restored = step({"--restore"});
  EXPECT_EQ(restored.exit, 0) << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("restored 2 of 2 values"));
  EXPECT_TRUE(says_restored());
  expect_restored();
  EXPECT_THAT(step({"--restore"}).out, HasSubstr("nothing to restore"));
}

TEST_F(Restore, WhoseRecordIsLostLeavesWhatSomebodyElseChanged)
{
  ASSERT_EQ(step().exit, 0);
  lose_record();
  target->set_env(k_argument, "theirs");
  expect_conflict(k_argument + " holds 'theirs'");
  EXPECT_EQ(target->env(k_key), image("controller", '0'));
}

TEST_F(Restore, OfAPatchThatEndedInBetweenNeedsNoRecord)
{
  target->olm = false;
  expect_error(step({"--timeout", "2s"}), "Timeout", "OLM has not given");
  target->olm = true;
  lose_record();
  const auto restored = step({"--restore"});
  EXPECT_EQ(restored.exit, 0) << restored.err;
  EXPECT_TRUE(says_restored());
  expect_restored();
}

TEST_F(Restore, ASecondTryWithoutTheRecordKnowsWhatWasBefore)
{
  ASSERT_EQ(step().exit, 0);
  lose_record();
  ASSERT_EQ(step().exit, 0);
  const auto restored = step({"--restore"});
  EXPECT_EQ(restored.exit, 0) << restored.err;
  expect_restored();
}

TEST_F(Restore, TouchesNothingOfTheRunThatHoldsTheTargetNow)
{
  ASSERT_EQ(step().exit, 0);
  lose_record();
  const TestFolder other;
  write_run(other.path(), "gate-2");
  const auto second = run_step_process("patch-csv", {"--run-dir", other.path(), "--kubeconfig", target->kubeconfig()});
  ASSERT_EQ(second.exit, 0) << second.err;
  expect_conflict("the target is held by run gate-2, not by gate-1");
  EXPECT_EQ(target->env(k_key), image("controller", 'c'));
  EXPECT_TRUE(target->has_undo());
}

TEST_F(Restore, OfAnotherRunLeavesThisRunsRecordAlone)
{
  ASSERT_EQ(step().exit, 0);
  lose_record();
  const auto nothing = step({"--restore", "--run", "gate-0"});
  EXPECT_EQ(nothing.exit, 0) << nothing.err;
  EXPECT_FALSE(says_restored());
  EXPECT_EQ(target->env(k_key), image("controller", 'c'));
}

TEST_F(Restore, OnAnotherClusterIsRefused)
{
  ASSERT_EQ(step().exit, 0);
  lose_record();
  const record::RunDir run_dir(folder.path());
  auto elsewhere = *run_dir.load<record::Deploy>();
  elsewhere.server = "https://another.example:6443";
  ASSERT_TRUE(run_dir.store(elsewhere));
  expect_error(step({"--restore"}), "BadInput", "deploy.json is of https://another.example:6443");
  EXPECT_FALSE(says_restored());
  EXPECT_FALSE(target->has_undo());
}

TEST_F(Restore, OfAnOperatorThatIsGoneHoldsNothing)
{
  ASSERT_EQ(step().exit, 0);
  lose_record();
  target->olm = false;
  ASSERT_TRUE(target->client().remove(kube::k_csvs, {"tekton-operator", "tekton-operator.v0.75.0"}));
  expect_error(step({"--restore"}), "NotFound", "tekton-operator.v0.75.0 does not exist");
  EXPECT_FALSE(says_restored());
  EXPECT_FALSE(target->has_undo());
}

TEST_F(Restore, ABrokenDeployJsonIsNoReasonToLeaveTheTarget)
{
  ASSERT_EQ(step().exit, 0);
  folder.write("deploy.json", "{");
  expect_error(step({"--restore"}), "BadInput", "deploy.json");
  expect_restored();
  expect_error(step({"--restore"}), "BadInput", "deploy.json");
}

} // namespace
} // namespace streamgate::patch_csv
