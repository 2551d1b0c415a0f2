// SPDX-License-Identifier: Apache-2.0
#include "build_images.hpp"
#include "record/run_dir.hpp"
#include "support/programs.hpp"
#include "support/step_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// The step by its command line, without the tools that it runs. With them: real_build_test.cpp.
namespace streamgate::build_images {
namespace {

using ::testing::HasSubstr;

class BuildImagesTest : public ::testing::Test {
protected:
  BuildImagesTest()
  {
    record::Plan plan;
    plan.run = "run";
    plan.created = "2026-01-01T00:00:00Z";
    record::PlannedComponent component;
    component.name = "pipeline";
    component.repository = "http://127.0.0.1:1/x.git";
    component.requested_ref = "v1";
    component.commit = std::string(40, 'c');
    component.images.push_back({.name = "controller",
                                .import_paths = {"./cmd/controller"},
                                .containerfile = "",
                                .keys = {"IMAGE_X"},
                                .required = true});
    plan.components.push_back(component);
    plan.suite.name = "smoke";
    EXPECT_TRUE(record::RunDir(run_dir()).store(plan));
  }
  std::string run_dir() const { return (m_folder.path() / "run").string(); }
  test::ProcessResult step(std::vector<std::string> arguments)
  {
    arguments.insert(arguments.begin(),
                     {"--run-dir", run_dir(), "--result", "error-reason=" + (m_folder.path() / "reason").string()});
    return test::run_step_process("build-images", arguments, {{"HOME", m_folder.path().string()}});
  }
  bool recorded() const { return record::RunDir(run_dir()).has("images/pipeline.json"); }
  test::TestFolder m_folder;
};

TEST_F(BuildImagesTest, help_is_complete)
{
  const auto help = test::run_step_process("build-images", {"--help"});
  EXPECT_EQ(help.exit, 0);
  for (const auto* word : {"--component", "--push-registry", "--images-from", "images/<component>.json", "digests",
                           "--rebuild", "--dry-run"}) {
    EXPECT_THAT(help.out, HasSubstr(word));
  }
}

TEST_F(BuildImagesTest, an_unknown_component_is_not_found)
{
  const auto done = step({"--component", "triggers", "--push-registry", "127.0.0.1:1"});
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(m_folder.read("reason"), "NotFound");
  EXPECT_THAT(done.err, HasSubstr("the plan has no component triggers"));
  EXPECT_THAT(done.err, HasSubstr("it has: pipeline"));
}

TEST_F(BuildImagesTest, no_push_registry_is_usage)
{
  const auto done = step({"--component", "pipeline"});
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(m_folder.read("reason"), "Usage");
  EXPECT_THAT(done.err, HasSubstr("--push-registry"));
}

TEST_F(BuildImagesTest, a_registry_that_is_down_is_the_registry_s)
{
  const auto done = step({"--component", "pipeline", "--push-registry", "127.0.0.1:1/gate"});
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(m_folder.read("reason"), "Registry");
  EXPECT_THAT(done.err, HasSubstr("127.0.0.1:1"));
  EXPECT_FALSE(recorded());
}

TEST_F(BuildImagesTest, a_repository_that_is_out_of_reach_is_unavailable)
{
  const auto done = step({"--component", "pipeline", "--push-registry", "127.0.0.1:1/gate", "--rebuild"});
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(m_folder.read("reason"), "Unavailable");
  EXPECT_THAT(done.err, HasSubstr("127.0.0.1:1/x.git"));
  EXPECT_FALSE(recorded());
}

TEST_F(BuildImagesTest, a_dry_run_shows_the_commands_and_does_nothing)
{
  const auto done = step({"--component", "pipeline", "--push-registry", "127.0.0.1:1/gate", "--rebuild", "--dry-run"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("KO_DOCKER_REPO=127.0.0.1:1/gate/pipeline-controller"));
  EXPECT_THAT(done.out, HasSubstr("--insecure-registry ./cmd/controller"));
  EXPECT_FALSE(recorded());
}

TEST_F(BuildImagesTest, images_of_a_run_that_is_not_there_are_not_found)
{
  const auto done = step({"--component", "pipeline", "--images-from", "nowhere"});
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(m_folder.read("reason"), "NotFound");
  EXPECT_THAT(done.err, HasSubstr("nowhere has no images/pipeline.json"));
}

} // namespace
} // namespace streamgate::build_images
