// SPDX-License-Identifier: Apache-2.0
#include "component_fixture.hpp"

// What an account must be allowed to do on the target.
namespace streamgate::patch_csv {
namespace {

class Rights : public PatchCsv {
protected:
  ProcessResult granted_step(const std::vector<std::string>& more = {}) const
  {
    std::vector<std::string> argv{"--run-dir", folder.path(), "--kubeconfig", target->powerless()};
    argv.insert(argv.end(), more.begin(), more.end());
    return run_step_process("patch-csv", argv);
  }
};

TEST_F(Rights, ThatTheReadmeNamesAreEnough)
{
  target->grant_documented();
  ProcessResult result;
  ASSERT_TRUE(target->eventually([&] { // RBAC is read a moment after it was written
    result = granted_step();
    return result.exit == 0;
  })) << result.err;
  deploy();
  const auto restored = granted_step({"--restore"});
  EXPECT_EQ(restored.exit, 0) << restored.err;
  expect_restored();

  ASSERT_EQ(granted_step().exit, 0);
  std::filesystem::remove(folder.path() / "deploy.json");
  const auto found = granted_step({"--restore"});
  EXPECT_EQ(found.exit, 0) << "without deploy.json the record is found beside the operator: " << found.err;
  expect_restored();
}

TEST_F(Rights, ThatTheWayBackLacksAreAllNamedBeforeAnythingIsChanged)
{
  target->grant(R"([{"apiGroups":["*"],"resources":["*"],"verbs":["get","list"]},)"
                R"({"apiGroups":["","apps"],"resources":["*"],"verbs":["watch"]},)"
                R"({"apiGroups":["operators.coreos.com"],"resources":["*"],"verbs":["watch","patch"]},)"
                R"({"apiGroups":[""],"resources":["configmaps"],"verbs":["create"]}])");
  ProcessResult result;
  ASSERT_TRUE(target->eventually([&] { // RBAC is read a moment after it was written
    result = granted_step();
    return result.err.find("looking for the operator's") == std::string::npos;
  })) << result.err;
  expect_error(result, "Forbidden",
               "delete configmaps streamgate-restore in namespace tekton-operator; "
               "watch tektonconfigs.operator.tekton.dev config; "
               "watch, delete tektoninstallersets.operator.tekton.dev");
  expect_untouched();
  EXPECT_EQ(granted_step({"--dry-run"}).exit, 0);
}

} // namespace
} // namespace streamgate::patch_csv
