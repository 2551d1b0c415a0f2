// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operator/fake_target.hpp"
#include "record/run_dir.hpp"
#include "support/step_process.hpp"
#include "support/test_folder.hpp"
#include "undo.hpp"

#include <gmock/gmock.h>

#include <stdlib.h>

#include <filesystem>

// patch-csv's real executable against a real API server.
namespace streamgate::patch_csv {

using namespace test;
using ::testing::HasSubstr;

inline const std::string k_key = "IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER";
inline const std::string k_argument = "IMAGE_PIPELINES_ARG__ENTRYPOINT_IMAGE";

class PatchCsv : public ::testing::Test {
protected:
  void SetUp() override
  {
    if (const auto server = ApiServer::shared(); !server) GTEST_FAIL() << server.error().text();
    ::setenv("STREAMGATE_TIMEOUT", "20s", 1); // where the test gives none
    target = std::make_unique<FakeTarget>();
    before = target->spec();
    write_run(folder.path(), "gate-1");
  }

  std::vector<std::string> arguments(const std::vector<std::string>& more) const
  {
    std::vector<std::string> out{"--run-dir", folder.path(), "--kubeconfig", target->kubeconfig()};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
  ProcessResult step(const std::vector<std::string>& more = {}) const
  {
    return run_step_process("patch-csv", arguments(more));
  }

  // Start the step and kill it (SIGKILL) once `seen` holds on the target.
  void kill_when(const std::vector<std::string>& more, const std::function<bool()>& seen) const
  {
    auto argv = arguments(more);
    argv.insert(argv.begin(), std::string(STREAMGATE_BIN_DIR) + "/patch-csv");
    Child child(argv, folder.path() / "killed.log");
    EXPECT_TRUE(target->eventually(seen)) << folder.read("killed.log");
    EXPECT_TRUE(child.running()) << "it ended before it could be killed: " << folder.read("killed.log");
    child.signal(SIGKILL);
  }

  void expect_error(const ProcessResult& result, const std::string& reason, const std::string& message) const
  {
    EXPECT_EQ(result.exit, 2) << result.err;
    EXPECT_THAT(result.err, HasSubstr(message));
    const auto record = document(folder.read("errors/patch-csv.json"));
    EXPECT_EQ(json::text(record, {"reason"}), reason);
    EXPECT_THAT(std::string(json::text(record, {"message"})), HasSubstr(message));
  }

  void expect_untouched() const
  {
    EXPECT_EQ(target->spec(), before);
    EXPECT_FALSE(target->has_undo());
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "deploy.json"));
  }

  void expect_restored() const
  {
    EXPECT_EQ(target->spec(), before);
    EXPECT_FALSE(target->has_undo());
    EXPECT_EQ(target->running_image(), image("controller", '0'));
  }

  // As wait-reconcile does: the new images run.
  void deploy() const
  {
    const auto sets = target->client().list(kube::k_installer_sets, "");
    ASSERT_TRUE(sets);
    for (const auto& item : sets->items) {
      ASSERT_TRUE(
          target->client().remove(kube::k_installer_sets, {"", std::string(json::text(item, {"metadata", "name"}))}));
    }
    ASSERT_TRUE(target->eventually([&] { return target->running_image() == image("controller", 'c'); }));
  }

  TestFolder folder;
  std::unique_ptr<FakeTarget> target;
  std::string before;
};

} // namespace streamgate::patch_csv
