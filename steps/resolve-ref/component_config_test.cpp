// SPDX-License-Identifier: Apache-2.0
#include "resolve-ref/component_config.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace streamgate::resolve_ref {
namespace {

const std::string k_good = R"(schema_version: 1
components:
  pipeline:
    repository: https://example.com/pipeline
    build: ko
    created_by: TektonPipeline
    images:
      controller:
        import_paths: [./cmd/controller]
        keys: [IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER]
)";

std::string replaced(const std::string& from, const std::string& to)
{
  std::string out = k_good;
  const auto at = out.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return out.replace(at, from.size(), to);
}

std::string why_not(const std::string& text)
{
  const auto config = parse_config(text, "c.yaml");
  if (config) return "accepted";
  EXPECT_EQ(config.error().code, ErrorCode::bad_input);
  return config.error().message;
}

TEST(Config, ShippedFileIsGood)
{
  const auto config = load_config(STREAMGATE_SOURCE_DIR "/config/components.yaml");
  ASSERT_TRUE(config) << config.error().text();
  std::set<std::string> names;
  for (const auto& [name, component] : config->components) names.insert(name);
  EXPECT_EQ(names, (std::set<std::string>{"pipeline", "triggers", "chains", "results", "manual-approval-gate",
                                          "console-plugin"}));
  const auto& pipeline = config->components.at("pipeline");
  EXPECT_EQ(pipeline.images.size(), 8U);
  EXPECT_EQ(pipeline.images.at("resolvers").keys, std::vector<std::string>{"IMAGE_PIPELINES_CONTROLLER"});
  EXPECT_TRUE(pipeline.images.at("controller").required);
  EXPECT_FALSE(pipeline.images.at("events").required);
  EXPECT_EQ(config->components.at("console-plugin").build, record::BuildKind::container);
}

TEST(Config, MalformationsAreRefusedWithTheirPlace)
{
  EXPECT_EQ(why_not(k_good), "accepted");
  EXPECT_NE(why_not(replaced("schema_version: 1", "schema_version: 2")).find("/schema_version"), std::string::npos);
  EXPECT_NE(why_not(replaced("build: ko", "build: make")).find("/components/pipeline/build"), std::string::npos);
  EXPECT_NE(why_not(replaced("    created_by: TektonPipeline\n", "")).find("/components/pipeline"), std::string::npos);
  EXPECT_NE(why_not(replaced("keys: [IMAGE_", "keys: [image_")).find("/components/pipeline/images/controller/keys/0"),
            std::string::npos);
  EXPECT_NE(why_not(replaced("build: ko", "build: ko\n    colour: red")).find("/components/pipeline"),
            std::string::npos);
  EXPECT_NE(why_not(replaced("  pipeline:", "  Pipe line:")).find("/components"), std::string::npos);
  EXPECT_NE(why_not("schema_version: 1\ncomponents: {}\n").find("/components"), std::string::npos);
  EXPECT_EQ(
      why_not(replaced("build: ko", "build: ko\n    build: ko")).find("c.yaml: line 6, column 5: the key \"build\""),
      0U);
  EXPECT_NE(why_not("- 1\n"), "accepted");
  EXPECT_NE(why_not(""), "accepted");
}

TEST(Config, BuildKindAndPathsMustFit)
{
  EXPECT_EQ(
      why_not(replaced("build: ko", "build: container")),
      "c.yaml: /components/pipeline/images/controller: build: container needs a containerfile and no import_paths");
  EXPECT_EQ(why_not(replaced("import_paths: [./cmd/controller]", "containerfile: Dockerfile")),
            "c.yaml: /components/pipeline/images/controller: build: ko needs import_paths and no containerfile");
}

TEST(Config, AKeyBelongsToOneImage)
{
  EXPECT_EQ(why_not(k_good + "      other:\n        import_paths: [./cmd/x]\n"
                             "        keys: [IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER]\n"),
            "c.yaml: /components/pipeline/images/other: the key IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER belongs to "
            "another "
            "image already");
}

TEST(Config, AbsentFileNamesTheOption)
{
  const auto config = load_config("/nowhere/components.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::not_found);
  EXPECT_EQ(config.error().hint, "give --config FILE");
}

TEST(Config, UnknownComponentNamesTheNearest)
{
  const auto config = load_config(STREAMGATE_SOURCE_DIR "/config/components.yaml");
  ASSERT_TRUE(config);
  const auto found = config->find("piplines");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::not_found);
  EXPECT_EQ(found.error().message, "there is no component \"piplines\"");
  EXPECT_EQ(found.error().hint,
            "did you mean pipeline? known: chains, console-plugin, manual-approval-gate, pipeline, results, triggers");
}

TEST(Config, RepositoriesCanBeReplaced)
{
  auto config = parse_config(k_good, "c.yaml");
  ASSERT_TRUE(override_repositories(*config, {"pipeline=https://fork/p?a=b"}));
  EXPECT_EQ(config->components.at("pipeline").repository, "https://fork/p?a=b");
  EXPECT_EQ(override_repositories(*config, {"pipeline"}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(override_repositories(*config, {"=x"}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(override_repositories(*config, {"pipeline="}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(override_repositories(*config, {"chains=x"}).error().code, ErrorCode::not_found);
  EXPECT_EQ(override_repositories(*config, {"pipeline=/a", "pipeline=/b"}).error().code, ErrorCode::bad_input);
}

} // namespace
} // namespace streamgate::resolve_ref
