// SPDX-License-Identifier: Apache-2.0
#include "builder.hpp"
#include "support/programs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace streamgate::build_images {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string k_digest = "sha256:" + std::string(64, 'd');

TEST(BuilderError, names_the_compiler_s_first_lines)
{
  std::vector<std::string> lines{
      "2026/01/01 00:00:00 Building example.com/m/cmd/x for linux/amd64", "# example.com/m/cmd/x",
      "cmd/x/main.go:12:3: undefined: y", "cmd/x/main.go:13: too many errors",
      "Error: failed to publish images: error building \"ko://example.com/m/cmd/x\": build: go build: exit status 1"};
  const auto error = builder_error(lines, "x", "exited with code 1");
  EXPECT_EQ(error.code, ErrorCode::build_failed);
  EXPECT_THAT(error.message, HasSubstr("image x does not compile"));
  EXPECT_THAT(error.message, HasSubstr("cmd/x/main.go:12:3: undefined: y"));
  EXPECT_THAT(error.message, Not(HasSubstr("Building")));
}

TEST(BuilderError, keeps_at_most_ten_lines)
{
  const std::vector<std::string> lines(30, "a.go:1:1: bad");
  const auto message = builder_error(lines, "x", "exited with code 1").message;
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 10);
}

TEST(BuilderError, tells_apart_compiler_registry_network_and_the_rest)
{
  const std::vector<std::pair<std::string, ErrorCode>> cases{
      {"Error: failed to publish images: error publishing ko://x: Head \"http://10.0.0.1:5000/v2/\": dial tcp "
       "10.0.0.1:5000: connect: connection refused",
       ErrorCode::registry},
      {"Error: failed to publish images: error publishing ko://x: PUT https://r/v2/x/manifests/y: UNAUTHORIZED: "
       "authentication required",
       ErrorCode::registry},
      {"Error: failed to publish images: error building \"ko://x\": fetching base image: pulling r/base: Get "
       "\"https://r/v2/\": no such host",
       ErrorCode::registry},
      {"Error: pushing image \"r/x:y\" to \"docker://r/x:y\": pinging container registry r: connection refused",
       ErrorCode::registry},
      {"go: example.com/m@v1.0.0: Get \"https://proxy/example.com\": dial tcp: lookup proxy: no such host",
       ErrorCode::unavailable},
      {"Error: failed to publish images: importpath \"ko://x\" is not supported: importpath is not `package main`",
       ErrorCode::build_failed},
      {"main.go:3:8: no required module provides package example.com/y", ErrorCode::build_failed},
      {"x.go:1:1: lookup of proxy: connection refused", ErrorCode::build_failed},
  };
  for (const auto& [line, code] : cases) EXPECT_EQ(builder_error({line}, "x", "exited with code 1").code, code) << line;
  EXPECT_EQ(builder_error({}, "x", "was killed by signal 9 (Killed)").code, ErrorCode::build_failed);
  EXPECT_THAT(builder_error({}, "x", "was killed by signal 9 (Killed)").message, HasSubstr("signal 9"));
}

class BuilderTest : public ::testing::Test {
protected:
  BuilderTest()
  {
    m_target.planned.name = "controller";
    m_target.pushed = oci::parse_reference("10.0.0.1:5000/gate/pipeline-controller:" + std::string(40, 'c')).value();
    m_target.import_path = "./cmd/controller";
    m_settings.checkout = m_folder.path() / "source";
    m_settings.scratch = m_folder.path() / "scratch";
    m_settings.platform = "linux/amd64";
    m_settings.plain_http = true;
    m_settings.deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    std::filesystem::create_directories(m_settings.checkout);
    std::filesystem::create_directories(m_settings.scratch);
  }
  void fake(const std::string& name, std::string_view script)
  {
    m_environment.prepend_path(test::fake_program(m_folder, name, script));
  }
  Status ko()
  {
    auto log = Tee::open(m_folder.path() / "log").value();
    return build_with_ko(m_settings, m_target, log, m_cancel);
  }

  test::TestFolder m_folder;
  test::Environment m_environment;
  Target m_target;
  BuildSettings m_settings;
  Cancel m_cancel;
};

TEST_F(BuilderTest, ko_gets_repository_tag_and_platform)
{
  const auto command = ko_command(m_settings, m_target);
  EXPECT_THAT(command.argv, ElementsAre("ko", "build", "--bare", "--tags", std::string(40, 'c'), "--platform",
                                        "linux/amd64", "--sbom", "none", "--insecure-registry", "./cmd/controller"));
  EXPECT_EQ(command.environment.at("KO_DOCKER_REPO"), "10.0.0.1:5000/gate/pipeline-controller");
  EXPECT_FALSE(command.environment.contains("KO_CONFIG_PATH"));
  m_settings.plain_http = false;
  EXPECT_THAT(ko_command(m_settings, m_target).argv, Not(Contains("--insecure-registry")));
}

TEST_F(BuilderTest, a_base_image_replaces_those_of_the_checkout_and_nothing_else)
{
  m_folder.write("source/.ko.yaml",
                 "defaultBaseImage: far.example/base\nbaseImageOverrides:\n  example.com/m/cmd/x: far.example/other\n"
                 "builds:\n- id: x\n  main: ./cmd/x\n  ldflags: [-s]\n");
  m_settings.base_image = "near.example/base";
  ASSERT_TRUE(write_ko_config(m_settings));
  const auto command = ko_command(m_settings, m_target);
  EXPECT_EQ(command.environment.at("KO_DEFAULTBASEIMAGE"), "near.example/base");
  const auto config = m_folder.read("scratch/ko.yaml");
  EXPECT_EQ(command.environment.at("KO_CONFIG_PATH"), (m_settings.scratch / "ko.yaml").string());
  EXPECT_THAT(config, Not(HasSubstr("far.example")));
  EXPECT_THAT(config, HasSubstr("ldflags"));
}

TEST_F(BuilderTest, credentials_are_handed_over_as_a_file)
{
  m_settings.registry_auth = m_folder.write("auth.json", "{}");
  ASSERT_TRUE(write_ko_config(m_settings));
  EXPECT_EQ(m_folder.read("scratch/docker/config.json"), "{}");
  EXPECT_EQ(ko_command(m_settings, m_target).environment.at("DOCKER_CONFIG"), (m_settings.scratch / "docker").string());
  m_target.planned.containerfile = "Containerfile";
  for (const auto& command : buildah_commands(m_settings, m_target)) {
    EXPECT_THAT(command.argv, Contains("--authfile"));
    EXPECT_THAT(command.argv, Contains(m_settings.registry_auth.string()));
  }
}

TEST_F(BuilderTest, takes_the_digest_from_ko_s_last_line)
{
  fake("ko", "echo log >&2\necho 10.0.0.1:5000/gate/pipeline-controller:tag@" + k_digest);
  ASSERT_TRUE(ko());
  EXPECT_EQ(m_target.digest, k_digest);
  EXPECT_THAT(m_folder.read("log"), HasSubstr("log\n"));
}

TEST_F(BuilderTest, a_ko_that_says_something_else_is_an_error)
{
  for (const auto& said :
       {std::string(), std::string("done"), std::string("10.0.0.1:5000/gate/pipeline-controller:tag"),
        "10.0.0.1:5000/gate/other@" + k_digest}) {
    fake("ko", "echo " + said);
    const auto built = ko();
    ASSERT_FALSE(built) << said;
    EXPECT_EQ(built.error().code, ErrorCode::build_failed);
    EXPECT_TRUE(m_target.digest.empty());
  }
}

TEST_F(BuilderTest, a_ko_that_fails_after_its_line_is_an_error)
{
  fake("ko", "echo 10.0.0.1:5000/gate/pipeline-controller:tag@" + k_digest + "\nexit 1");
  EXPECT_EQ(ko().error().code, ErrorCode::build_failed);
}

TEST_F(BuilderTest, a_ko_that_hangs_ends_at_the_timeout_with_its_grandchildren)
{
  fake("ko", "sleep 600 & echo $! > \"$TEST_PID\"; wait");
  m_environment.set("TEST_PID", (m_folder.path() / "pid").string());
  m_settings.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  const auto built = ko();
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::timeout);
  EXPECT_THAT(built.error().hint, HasSubstr("--timeout"));
  EXPECT_TRUE(test::ends(m_folder.read("pid")));
}

TEST_F(BuilderTest, a_ko_that_hangs_ends_when_the_step_is_cancelled)
{
  const auto fifo = m_folder.path() / "fifo";
  test::must_run({"mkfifo", fifo.string()});
  m_environment.set("TEST_FIFO", fifo.string());
  fake("ko", "echo x > \"$TEST_FIFO\"\nexec sleep 600");
  std::thread canceller([&] {
    std::ifstream(fifo).get();
    m_cancel.request();
  });
  const auto built = ko();
  canceller.join();
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::cancelled);
}

TEST_F(BuilderTest, no_ko_is_not_found_with_a_hint)
{
  m_environment.set("PATH", m_folder.path().string());
  const auto built = ko();
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::not_found);
  EXPECT_FALSE(built.error().hint.empty());
}

TEST_F(BuilderTest, a_containerfile_that_is_not_there_fails_the_build)
{
  m_target.planned.containerfile = "images/Containerfile";
  auto log = Tee::open(m_folder.path() / "log").value();
  const auto built = build_with_buildah(m_settings, m_target, log, m_cancel);
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::build_failed);
  EXPECT_THAT(built.error().text(), HasSubstr("images/Containerfile"));
}

} // namespace
} // namespace streamgate::build_images
