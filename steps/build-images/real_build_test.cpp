// SPDX-License-Identifier: Apache-2.0
#include "build_images.hpp"
#include "oci/client.hpp"
#include "record/run_dir.hpp"
#include "support/programs.hpp"
#include "support/registry.hpp"
#include "support/step_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

// The step with the real git, ko, buildah and registry.
namespace streamgate::build_images {
namespace {

using ::testing::HasSubstr;

class RealBuildTest : public ::testing::Test {
protected:
  void SetUp() override
  {
    if (!test::real_tools(m_environment, {"docker-registry", "git", "ko", "go", "skopeo", "buildah"}))
      FAIL() << "a tool is missing";
    m_environment.set("HOME", m_folder.path().string());
    m_environment.set("GOFLAGS", "-mod=mod -buildvcs=false");
    m_registry.emplace(m_folder);
    m_upstream.emplace(m_folder.path() / "upstream");
    write("go.mod", "module example.com/up\n\ngo 1.22\n");
    write("cmd/controller/main.go", "package main\n\nfunc main() { println(\"controller\") }\n");
    write("cmd/webhook/main.go", "package main\n\nfunc main() { println(\"webhook\") }\n");
    write(".ko.yaml", "defaultBaseImage: out-of-reach.example/base\n");
    push_base();
  }
  // An image without layers, for ko to build upon.
  void push_base()
  {
    const std::string config =
        R"({"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}})";
    const std::string manifest =
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":)"
        R"("application/vnd.oci.image.config.v1+json","digest":")" +
        oci::sha256(config) + R"(","size":)" + std::to_string(config.size()) + R"(},"layers":[]})";
    for (const auto& blob : {config, manifest})
      m_folder.write("base/blobs/sha256/" + oci::sha256(blob).substr(7), blob);
    m_folder.write("base/oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
    m_folder.write(
        "base/index.json",
        R"({"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" +
            oci::sha256(manifest) + R"(","size":)" + std::to_string(manifest.size()) + "}]}");
    test::must_run({"skopeo", "--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false",
                    "oci:" + (m_folder.path() / "base").string(), "docker://" + base_image()});
  }
  std::string base_image() const { return m_registry->host() + "/base:latest"; }
  void write(const std::string& name, std::string_view text) { m_folder.write("upstream/" + name, text); }

  void plan(const std::string& run, const std::string& commit, record::BuildKind kind = record::BuildKind::ko)
  {
    record::Plan plan;
    plan.run = run;
    plan.created = "2026-01-01T00:00:00Z";
    plan.suite.name = "smoke";
    record::PlannedComponent component;
    component.name = "up";
    component.repository = m_upstream->url();
    component.requested_ref = "main";
    component.ref = "refs/heads/main";
    component.commit = commit;
    component.build = kind;
    if (kind == record::BuildKind::ko) {
      component.images.push_back(image("controller", {"./cmd/gone", "./cmd/controller"}, ""));
      component.images.push_back(image("webhook", {"./cmd/gone", "example.com/up/cmd/webhook"}, ""));
    } else {
      component.images.push_back(image("console", {}, "Containerfile"));
    }
    plan.components.push_back(component);
    ASSERT_TRUE(record::RunDir(m_folder.path() / run).store(plan));
  }
  static record::PlannedImage image(const std::string& name, std::vector<std::string> paths,
                                    const std::string& containerfile)
  {
    return {.name = name,
            .import_paths = std::move(paths),
            .containerfile = containerfile,
            .keys = {"IMAGE_UP"},
            .required = true};
  }
  test::ProcessResult step(const std::string& run, std::vector<std::string> more = {},
                           const std::string& base = "base:latest")
  {
    std::vector<std::string> arguments{
        "--run-dir",       (m_folder.path() / run).string(), "--component",     "up",
        "--push-registry", m_registry->host() + "/gate",     "--pull-registry", "pull.example/gate",
        "--base-image",    m_registry->host() + "/" + base,  "--work-dir",      (m_folder.path() / "work").string()};
    for (const auto* name : {"digests", "built", "cached", "error-reason"})
      arguments.insert(arguments.end(), {"--result", name + ("=" + result(name))});
    arguments.insert(arguments.end(), more.begin(), more.end());
    for (const auto* name : {"digests", "built", "cached", "error-reason"}) std::filesystem::remove(result(name));
    return test::run_step_process("build-images", arguments);
  }
  std::string result(const std::string& name) const { return (m_folder.path() / "results" / name).string(); }
  std::string value(const std::string& name) const { return m_folder.read("results/" + name); }
  record::BuiltComponent built(const std::string& run) const
  {
    auto out = record::RunDir(m_folder.path() / run).load<record::BuiltComponent>("images/up.json");
    if (!out) ADD_FAILURE() << out.error().text();
    return out.value_or(record::BuiltComponent{});
  }
  bool registry_has(const std::string& reference)
  {
    oci::Client client({}, m_cancel);
    return client.head(oci::parse_reference(reference).value()).has_value();
  }

  test::TestFolder m_folder;
  test::Environment m_environment;
  Cancel m_cancel;
  std::optional<test::Registry> m_registry;
  std::optional<test::Repository> m_upstream;
};

TEST_F(RealBuildTest, builds_pushes_and_then_finds_what_is_there)
{
  const auto commit = m_upstream->commit();
  plan("one", commit);
  const auto first = step("one");
  ASSERT_EQ(first.exit, 0) << first.err;
  EXPECT_EQ(value("built"), "2");
  EXPECT_EQ(value("cached"), "0");
  const auto record = built("one");
  ASSERT_EQ(record.images.size(), 2U);
  EXPECT_EQ(record.commit, commit);
  EXPECT_EQ(record.images[0].import_path, "./cmd/controller");
  EXPECT_EQ(record.images[1].import_path, "example.com/up/cmd/webhook");
  EXPECT_NE(record.images[0].digest, record.images[1].digest);
  for (const auto& image : record.images) {
    EXPECT_FALSE(image.cached);
    EXPECT_EQ(image.pushed, m_registry->host() + "/gate/up-" + image.name + "@" + image.digest);
    EXPECT_EQ(image.pull, "pull.example/gate/up-" + image.name + "@" + image.digest);
    EXPECT_TRUE(registry_has(image.pushed));
    EXPECT_THAT(value("digests"), HasSubstr("\"" + image.name + "\":\"" + image.digest + "\""));
  }
  EXPECT_THAT(m_folder.read("one/raw/build-up.log"), HasSubstr("Building example.com/up/cmd/controller"));
  EXPECT_TRUE(std::filesystem::is_empty(m_folder.path() / "work"));

  // The same commit again: nothing is built, the repository is not even asked.
  plan("two", commit);
  std::filesystem::rename(m_folder.path() / "upstream", m_folder.path() / "away");
  const auto second = step("two");
  ASSERT_EQ(second.exit, 0) << second.err;
  EXPECT_EQ(value("built"), "0");
  EXPECT_EQ(value("cached"), "2");
  EXPECT_EQ(built("two").images[0].digest, record.images[0].digest);
  EXPECT_TRUE(built("two").images[0].cached);

  // An earlier run's images, by its name beside this run.
  plan("three", commit);
  const auto third = step("three", {"--images-from", "one"});
  ASSERT_EQ(third.exit, 0) << third.err;
  EXPECT_EQ(value("cached"), "2");
  EXPECT_EQ(built("three").images[1].digest, record.images[1].digest);

  // And when the registry has lost them.
  m_registry->stop();
  plan("four", commit);
  const auto fourth = step("four", {"--images-from", "one"});
  EXPECT_EQ(fourth.exit, 2);
  EXPECT_EQ(value("error-reason"), "Registry");
  EXPECT_FALSE(std::filesystem::exists(m_folder.path() / "four/images/up.json"));
}

TEST_F(RealBuildTest, builds_only_what_is_missing_unless_told_to_rebuild)
{
  plan("one", m_upstream->commit());
  const auto commands = step("one", {"--dry-run"}).out;
  std::smatch tag;
  ASSERT_TRUE(std::regex_search(commands, tag, std::regex("up-webhook .*--tags ([^ ]+)"))) << commands;
  test::must_run({"skopeo", "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false",
                  "docker://" + base_image(), "docker://" + m_registry->host() + "/gate/up-webhook:" + tag[1].str()});
  ASSERT_EQ(step("one").exit, 0);
  EXPECT_EQ(value("built"), "1");
  EXPECT_EQ(value("cached"), "1");
  const auto record = built("one");
  EXPECT_FALSE(record.images[0].cached);
  EXPECT_TRUE(record.images[1].cached);
  ASSERT_EQ(step("one", {"--rebuild"}).exit, 0);
  EXPECT_EQ(value("built"), "2");
  EXPECT_NE(built("one").images[1].digest, record.images[1].digest);
}

TEST_F(RealBuildTest, what_does_not_compile_fails_with_the_compiler_s_lines)
{
  write("cmd/webhook/main.go", "package main\n\nfunc main() { undefinedThing() }\n");
  plan("one", m_upstream->commit());
  const auto done = step("one");
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "BuildFailed");
  EXPECT_THAT(done.err, HasSubstr("cmd/webhook/main.go:3:15: undefined: undefinedThing"));
  EXPECT_THAT(done.err, HasSubstr("raw/build-up.log"));
  EXPECT_THAT(m_folder.read("one/raw/build-up.log"), HasSubstr("undefined: undefinedThing"));
  EXPECT_FALSE(std::filesystem::exists(m_folder.path() / "one/images/up.json"));
}

TEST_F(RealBuildTest, a_base_image_that_is_not_there_is_the_registry_s)
{
  plan("one", m_upstream->commit());
  const auto done = step("one", {}, "no-base:latest");
  EXPECT_EQ(done.exit, 2);
  EXPECT_EQ(value("error-reason"), "Registry") << done.err;
}

TEST_F(RealBuildTest, a_containerfile_is_built_by_buildah)
{
  write("Containerfile", "FROM scratch\nCOPY go.mod /go.mod\n");
  plan("one", m_upstream->commit(), record::BuildKind::container);
  const auto done = step("one");
  ASSERT_EQ(done.exit, 0) << done.err;
  const auto record = built("one");
  ASSERT_EQ(record.images.size(), 1U);
  EXPECT_EQ(record.images[0].import_path, "Containerfile");
  EXPECT_TRUE(registry_has(record.images[0].pushed));
}

} // namespace
} // namespace streamgate::build_images
