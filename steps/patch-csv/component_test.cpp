// SPDX-License-Identifier: Apache-2.0
#include "component_fixture.hpp"

namespace streamgate::patch_csv {
namespace {

TEST_F(PatchCsv, PatchesAfterTheWayBackIsRecordedAndRestores)
{
  target->add_csv(
      {.nspace = "other", .env = env_json({{k_key, "copy"}}), .labels = R"({"olm.copiedFrom":"tekton-operator"})"});
  const auto patched = step();
  ASSERT_EQ(patched.exit, 0) << patched.err;
  EXPECT_EQ(target->env(k_key), image("controller", 'c'));
  EXPECT_EQ(target->env(k_argument), image("entrypoint", 'e'));
  EXPECT_EQ(target->env("VERSION"), "v0.75.0");
  EXPECT_EQ(target->env(k_key, "other"), "copy");
  const auto map = target->client().get(kube::k_config_maps, {"tekton-operator", k_undo_name});
  ASSERT_TRUE(map);
  const auto stored = parse_undo(*map);
  ASSERT_TRUE(stored) << stored.error().text();
  EXPECT_EQ(stored->undo.run, "gate-1");
  EXPECT_EQ(stored->undo.changes.at(0).before, image("controller", '0'));
  ASSERT_EQ(stored->undo.components.size(), 1U);
  EXPECT_EQ(stored->undo.components[0].created_by, "TektonPipeline");
  const auto deploy_file = record::RunDir(folder.path()).load<record::Deploy>();
  ASSERT_TRUE(deploy_file) << deploy_file.error().text();
  EXPECT_EQ(deploy_file->site.container, "tekton-operator-lifecycle");
  EXPECT_EQ(deploy_file->expected.size(), 2U);
  EXPECT_FALSE(deploy_file->restored);

  deploy();
  const auto old_sets = target->set_uids();
  const auto restored = step({"--restore"});
  ASSERT_EQ(restored.exit, 0) << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("restored 2 of 2 values"));
  expect_restored();
  EXPECT_EQ(target->set_uids(), old_sets) << "written anew in place";
  EXPECT_THAT(restored.out, HasSubstr("2 InstallerSets made anew"));
  EXPECT_TRUE(record::RunDir(folder.path()).load<record::Deploy>()->restored);
  const auto again = step({"--restore"});
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_THAT(again.out,
              AllOf(HasSubstr("nothing to restore: the target https://127.0.0.1:"), HasSubstr(" has no ConfigMap")));
}

// The pod that a rollout starts would lose the election to the old one.
TEST_F(PatchCsv, TheOperatorIsReplacedInsteadOfRolledOut)
{
  ASSERT_EQ(step().exit, 0);
  EXPECT_THAT(target->spec(), HasSubstr(R"("strategy":{"type":"Recreate"})"));
  deploy();
  EXPECT_EQ(step({"--restore"}).exit, 0);
  EXPECT_EQ(target->spec(), before);
}

TEST_F(PatchCsv, LeasesThatTheOldOperatorDidNotGiveBackAreFreed)
{
  const auto add = [&](const std::string& name, const std::string& holder) {
    ASSERT_TRUE(
        target->client().create(kube::k_leases, "tekton-operator",
                                R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":")" + name +
                                    R"("},"spec":{"holderIdentity":")" + holder + R"("}})"));
  };
  const auto pods = target->client().list(kube::k_pods, "tekton-operator");
  const std::string old(json::text(pods->items.at(0), {"metadata", "name"}));
  add("of-the-old", old + "_7");
  add("of-nobody", "");
  add("of-somebody-else", "another-1_7");
  const auto patched = step();
  ASSERT_EQ(patched.exit, 0) << patched.err;
  EXPECT_FALSE(target->client().get(kube::k_leases, {"tekton-operator", "of-the-old"})) << patched.err;
  EXPECT_EQ(target->client().list(kube::k_leases, "tekton-operator")->items.size(), 2U);
  EXPECT_THAT(patched.err, HasSubstr("freed the lease of-the-old, which the pod " + old));
}

TEST_F(PatchCsv, AStrategyThatSomebodyElseSetStays)
{
  ASSERT_EQ(step().exit, 0);
  deploy();
  const std::string theirs = R"({"rollingUpdate":{"maxSurge":1},"type":"RollingUpdate"})";
  target->set_strategy(theirs);
  EXPECT_EQ(step({"--restore"}).exit, 0);
  EXPECT_THAT(target->spec(), HasSubstr(R"("strategy":)" + theirs));
}

TEST_F(PatchCsv, ADryRunChangesNothing)
{
  const auto text = step({"--dry-run"});
  EXPECT_EQ(text.exit, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr(k_key));
  EXPECT_THAT(text.out, HasSubstr("from " + image("controller", '0')));
  const auto json = step({"--dry-run", "--output", "json"});
  EXPECT_EQ(json::text(document(json.out), {"site", "csv"}), "tekton-operator.v0.75.0");
  expect_untouched();
}

TEST_F(PatchCsv, ASecondTryOfTheSameRunGoesOn)
{
  ASSERT_EQ(step().exit, 0);
  const auto uid = [&] {
    return std::string(
        json::text(*target->client().get(kube::k_config_maps, {"tekton-operator", k_undo_name}), {"metadata", "uid"}));
  };
  const auto first = uid();
  const auto second = step();
  EXPECT_EQ(second.exit, 0) << second.err;
  EXPECT_EQ(uid(), first);
  const auto map = target->client().get(kube::k_config_maps, {"tekton-operator", k_undo_name});
  EXPECT_EQ(parse_undo(*map)->undo.changes[0].before, image("controller", '0'))
      << "our own value must not become the one from before";
}

TEST_F(PatchCsv, ASecondGateIsRefusedAndRestoresNothing)
{
  ASSERT_EQ(step().exit, 0);
  const TestFolder other;
  write_run(other.path(), "gate-2");
  const auto refused = run_step_process("patch-csv", {"--run-dir", other.path(), "--kubeconfig", target->kubeconfig()});
  EXPECT_EQ(refused.exit, 2);
  // Its values stand already, so only the record tells the two apart.
  EXPECT_THAT(refused.err, HasSubstr("the target is held by run gate-1"));
  EXPECT_THAT(refused.err, HasSubstr("patch-csv --restore --operator-namespace tekton-operator --run gate-1"));
  EXPECT_EQ(json::text(document(other.read("errors/patch-csv.json")), {"reason"}), "Conflict");
  const auto restore =
      run_step_process("patch-csv", {"--run-dir", other.path(), "--kubeconfig", target->kubeconfig(), "--restore"});
  EXPECT_EQ(restore.exit, 0) << restore.err;
  EXPECT_THAT(restore.out, HasSubstr("held by run gate-1, not by gate-2"));
  EXPECT_EQ(target->env(k_key), image("controller", 'c'));
  EXPECT_TRUE(target->has_undo());
}

TEST_F(PatchCsv, NoOperatorOrTwoAreErrors)
{
  target->add_csv({.nspace = "other",
                   .name = "openshift-pipelines-operator-rh.v1",
                   .deployment = "d",
                   .container = "openshift-pipelines-operator-lifecycle",
                   .env = env_json({{k_key, "x"}})});
  expect_error(step(), "Ambiguous", "openshift-pipelines-operator-rh.v1");
  expect_untouched();
  EXPECT_EQ(step({"--dry-run", "--operator-namespace", "tekton-operator"}).exit, 0);
  expect_error(step({"--csv", "typo.v1"}), "NotFound", "no operator's ClusterServiceVersion named typo.v1");
  ASSERT_TRUE(target->client().remove(kube::k_csvs, {"other", "openshift-pipelines-operator-rh.v1"}));
  ASSERT_TRUE(target->client().remove(kube::k_csvs, {"tekton-operator", "tekton-operator.v0.75.0"}));
  expect_error(step(), "NotFound", "no ClusterServiceVersion at all");
}

TEST_F(PatchCsv, AnImageWithoutKeyIsRefused)
{
  auto built = *record::RunDir(folder.path()).load<record::BuiltComponent>("images/pipeline.json");
  built.images[0].keys = {"IMAGE_PIPELINES_TEKTON_PIPELINE_CONTROLER"};
  ASSERT_TRUE(record::RunDir(folder.path()).store(built, "images/pipeline.json"));
  expect_error(step(), "BadInput", "nearest in the operator: " + k_key);
  expect_untouched();
}

TEST_F(PatchCsv, AComponentThatIsNotInstalledIsRefused)
{
  auto plan = *record::RunDir(folder.path()).load<record::Plan>();
  plan.components[0].created_by = "TektonChain";
  ASSERT_TRUE(record::RunDir(folder.path()).store(plan));
  expect_error(step(), "NotFound", "component pipeline is not installed on the target");
  expect_untouched();
}

TEST_F(PatchCsv, AnAccountWithoutRightsIsForbidden)
{
  const auto result = run_step_process("patch-csv", {"--run-dir", folder.path(), "--kubeconfig", target->powerless()});
  expect_error(result, "Forbidden", "looking for the operator's ClusterServiceVersion");
  expect_untouched();
}

TEST_F(PatchCsv, OnlyASucceededCsvIsPatched)
{
  target->olm = false;
  target->set_phase("Failed", "ComponentUnhealthy");
  expect_error(step(), "Unavailable", "phase Failed, ComponentUnhealthy: told by the test");
  expect_untouched();
  target->set_phase("Installing");
  expect_error(step({"--timeout", "1s"}), "Timeout", "did not reach phase Succeeded in time: phase Installing");
  expect_untouched();
}

TEST_F(PatchCsv, WaitsForThePhase)
{
  target->set_phase("Installing");
  auto argv = arguments({});
  argv.insert(argv.begin(), std::string(STREAMGATE_BIN_DIR) + "/patch-csv");
  Child child(argv, folder.path() / "step.log");
  ASSERT_TRUE(
      target->eventually([&] { return folder.read("step.log").find("phase Installing") != std::string::npos; }));
  EXPECT_FALSE(target->has_undo());
  target->set_phase("Succeeded");
  EXPECT_TRUE(target->eventually([&] { return target->env(k_key) == image("controller", 'c'); }))
      << folder.read("step.log");
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "deploy.json")) << "written before the first change";
}

TEST_F(PatchCsv, AnOperatorThatDoesNotFollowIsNamed)
{
  target->olm = false;
  expect_error(step({"--timeout", "2s"}), "Timeout",
               "OLM has not given " + k_key + " to Deployment tekton-operator/tekton-operator");
  EXPECT_TRUE(target->has_undo()) << "the way back must outlive the failure";
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "deploy.json"));
  target->olm = true;
  const auto restored = step({"--restore"});
  EXPECT_EQ(restored.exit, 0) << restored.err;
  expect_restored();
}

TEST_F(PatchCsv, WhatAThirdPartyChangedIsLeftAndSaid)
{
  ASSERT_EQ(step().exit, 0);
  deploy();
  target->set_env(k_argument, "theirs");
  expect_error(step({"--restore"}), "Conflict", k_argument + " holds 'theirs'");
  EXPECT_EQ(target->env(k_argument), "theirs");
  EXPECT_EQ(target->env(k_key), image("controller", '0'));
  EXPECT_EQ(target->running_image(), image("controller", '0'));
  EXPECT_FALSE(target->has_undo());
}

TEST_F(PatchCsv, AThirdPartyBetweenRecordAndPatchIsNotOverwritten)
{
  ASSERT_EQ(step().exit, 0);
  target->set_env(k_key, "theirs");
  expect_error(step({}), "Conflict", "holds 'theirs'");
  EXPECT_EQ(target->env(k_key), "theirs");
}

TEST_F(PatchCsv, KilledAfterTheRecordBeforeThePatch)
{
  Undo undo{1,
            "gate-1",
            "2026-01-01T00:00:00Z",
            {"tekton-operator", "tekton-operator.v0.75.0", "", "tekton-operator", "tekton-operator-lifecycle"},
            {{k_key, image("controller", '0'), image("controller", 'c')},
             {k_argument, image("entrypoint", '1'), image("entrypoint", 'e')}},
            {{"pipeline", "TektonPipeline"}}};
  ASSERT_TRUE(target->client().create(kube::k_config_maps, "tekton-operator", undo_config_map(undo)));
  const auto sets = target->set_uids();
  const auto restored = step({"--restore"});
  EXPECT_EQ(restored.exit, 0) << restored.err;
  expect_restored();
  EXPECT_EQ(target->set_uids(), sets) << "nothing of ours ran, so nothing needs to be made anew";
}

TEST_F(PatchCsv, KilledAfterThePatch)
{
  target->olm = false;
  kill_when({}, [&] { return target->env(k_key) == image("controller", 'c'); });
  target->olm = true;
  const TestFolder elsewhere; // a machine that knows nothing
  const auto restored =
      run_step_process("patch-csv", {"--run-dir", elsewhere.path(), "--kubeconfig", target->kubeconfig(), "--restore"});
  EXPECT_EQ(restored.exit, 0) << restored.err;
  expect_restored();
}

TEST_F(PatchCsv, ARestoreKilledAnywhereIsFinishedByTheNext)
{
  ASSERT_EQ(step().exit, 0);
  deploy();
  target->olm = false;
  kill_when({"--restore"}, [&] { return target->env(k_key) == image("controller", '0'); });
  EXPECT_TRUE(target->has_undo());
  target->reconciler = false;
  target->olm = true;
  kill_when({"--restore"}, [&] { return target->marked(); });
  EXPECT_TRUE(target->has_undo());
  target->reconciler = true;
  const auto restored = step({"--restore"});
  EXPECT_EQ(restored.exit, 0) << restored.err;
  expect_restored();
}

TEST_F(PatchCsv, SetsThatTheOperatorDoesNotWriteAnewAreDeleted)
{
  ASSERT_EQ(step().exit, 0);
  deploy();
  target->writes_anew = false;
  const auto old_sets = target->set_uids();
  const auto restored = step({"--restore", "--timeout", "6s"});
  EXPECT_EQ(restored.exit, 0) << restored.err;
  EXPECT_THAT(restored.err, HasSubstr("deleted 2 InstallerSets, because the operator did not write them anew"));
  expect_restored();
  EXPECT_NE(target->set_uids(), old_sets);
}

TEST_F(PatchCsv, SetsThatMayNotBeChangedAreDeleted)
{
  ASSERT_EQ(step().exit, 0);
  deploy();
  target->grant(R"([{"apiGroups":["*"],"resources":["*"],"verbs":["get","list","watch","delete"]},)"
                R"({"apiGroups":["operators.coreos.com"],"resources":["clusterserviceversions"],"verbs":["patch"]}])");
  std::string said;
  ASSERT_TRUE(target->eventually([&] { // RBAC is read a moment after it was written
    const auto result =
        run_step_process("patch-csv", {"--run-dir", folder.path(), "--kubeconfig", target->powerless(), "--restore"});
    said = result.err;
    return result.exit == 0;
  })) << said;
  EXPECT_THAT(said, HasSubstr("deleted 2 InstallerSets, so that"));
  expect_restored();
}

TEST_F(PatchCsv, SetsWithoutAHashAreDeletedAtOnce)
{
  target->hashes = false;
  ASSERT_EQ(step().exit, 0);
  deploy();
  const auto restored = step({"--restore"});
  EXPECT_EQ(restored.exit, 0) << restored.err;
  EXPECT_THAT(restored.err, HasSubstr("deleted 2 InstallerSets, so that"));
  expect_restored();
}

TEST_F(PatchCsv, ARestoreThatCannotFinishKeepsTheRecord)
{
  ASSERT_EQ(step().exit, 0);
  deploy();
  target->reconciler = false;
  expect_error(step({"--restore", "--timeout", "2s"}), "Timeout", "the old images do not run again in time");
  EXPECT_TRUE(target->has_undo());
  EXPECT_EQ(target->spec(), before);
}

TEST_F(PatchCsv, ARestoreWaitsForTheOperatorToBeAvailable)
{
  target->available = false;
  ASSERT_EQ(step().exit, 0) << "that is wait-reconcile's to see";
  deploy();
  expect_error(step({"--restore", "--timeout", "2s"}), "Timeout", "0 of 1 replicas available");
  EXPECT_TRUE(target->has_undo());
  target->available = true;
  EXPECT_EQ(step({"--restore"}).exit, 0);
  expect_restored();
}

TEST_F(PatchCsv, ABrokenRecordIsSaid)
{
  ASSERT_TRUE(target->client().create(
      kube::k_config_maps, "tekton-operator",
      R"({"metadata":{"name":"streamgate-restore","labels":{"app.kubernetes.io/managed-by":"streamgate"}},"data":{"record.json":"{"}})"));
  expect_error(step({"--restore"}), "BadInput", "ConfigMap tekton-operator/streamgate-restore");
  EXPECT_EQ(target->spec(), before);
}

TEST_F(PatchCsv, SaysWhatItCannotRead)
{
  std::filesystem::remove(folder.path() / "images/pipeline.json");
  EXPECT_EQ(step().exit, 2);
  EXPECT_EQ(run_step_process("patch-csv", {"--help"}).exit, 0);
  EXPECT_EQ(run_step_process("patch-csv", {"--nonsense"}).exit, 2);
  expect_untouched();
}

} // namespace
} // namespace streamgate::patch_csv
