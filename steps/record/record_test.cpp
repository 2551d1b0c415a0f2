// SPDX-License-Identifier: Apache-2.0
#include "record/run_dir.hpp"
#include "support/test_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace streamgate::record {
namespace {

constexpr auto k_commit = "0123456789012345678901234567890123456789";
constexpr auto k_digest = "sha256:0123456789012345678901234567890123456789012345678901234567890123";

Plan example_plan()
{
  Plan plan;
  plan.run = "midstream-gate-1";
  plan.created = "2026-03-01T09:30:00Z";
  plan.components.push_back(
      {"pipeline",
       "https://example.com/pipeline",
       "v1.9.2",
       "refs/tags/v1.9.2",
       RefKind::tag,
       k_commit,
       BuildKind::ko,
       "TektonPipeline",
       {{"controller", {"./cmd/controller", "example.com/p/cmd/controller"}, "", {"IMAGE_PIPELINES_X"}, true}}});
  plan.suite.name = "smoke";
  plan.suite.environment["A"] = "b";
  plan.changes.push_back({"registry", "registry.example.com/pipeline-controller", "push"});
  return plan;
}

TEST(RunDir, GivesBackEveryRecordAsItWasStored)
{
  const test::TestFolder folder;
  const RunDir run(folder.path());

  ASSERT_TRUE(run.store(example_plan()));
  const auto plan = run.load<Plan>();
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(to_json(*plan), to_json(example_plan()));

  Deploy deploy;
  deploy.run = "gate-1";
  deploy.server = "https://target:6443";
  deploy.site = {"tekton-operator", "operator.v1", "uid", "tekton-operator", "lifecycle"};
  deploy.changes = {{"IMAGE_A", "old", "new"}, {"IMAGE_B", std::nullopt, "new"}};
  deploy.expected = {{"pipeline", "controller", "IMAGE_A", std::string("r@") + k_digest, k_digest}};
  deploy.before = Proof{"2026-03-01T09:31:00Z",
                        "uid-of-the-claim",
                        true,
                        {{"pipeline", "controller", "Deployment/c", "c-1", "c", k_digest, k_digest, true, ""}}};
  ASSERT_TRUE(run.store(deploy));
  const auto read = run.load<Deploy>();
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(to_json(*read), to_json(deploy));
  EXPECT_FALSE(read->changes.at(1).before.has_value());
  EXPECT_FALSE(read->after.has_value());
}

TEST(RunDir, NamesTheFileThatIsAbsentAndWhoWritesIt)
{
  const test::TestFolder folder;
  const auto plan = RunDir(folder.path()).load<Plan>();
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::not_found);
  EXPECT_NE(plan.error().text().find("plan.json"), std::string::npos);
  EXPECT_EQ(plan.error().hint, "resolve-ref writes it: did it run?");
}

struct Broken {
  const char* name;
  const char* from;
  const char* to;
  const char* expected;
};

class BrokenPlan : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenPlan, IsRefusedWithThePathOfTheField)
{
  const test::TestFolder folder;
  auto text = to_pretty_json(example_plan());
  const auto at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string_view(GetParam().from).size(), GetParam().to);
  folder.write("plan.json", text);
  const auto plan = RunDir(folder.path()).load<Plan>();
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::bad_input);
  EXPECT_NE(plan.error().text().find(GetParam().expected), std::string::npos) << plan.error().text();
}

INSTANTIATE_TEST_SUITE_P(
    Record, BrokenPlan,
    ::testing::Values(Broken{"unknown_member", "\"run\"", "\"rum\"", "/"},
                      Broken{"other_version", "\"schema_version\": 1", "\"schema_version\": 2", "/schema_version"},
                      Broken{"short_commit", k_commit, "0123", "/components/0/commit"},
                      Broken{"unknown_kind", "\"kind\": \"tag\"", "\"kind\": \"label\"", "/components/0/kind"},
                      Broken{"wrong_type", "\"required\": true", "\"required\": 1", "/components/0/images/0/required"},
                      Broken{"cut", "\"changes\"", "\x01", "not JSON"}),
    [](const auto& test) { return test.param.name; });

TEST(RunDir, DoesNotWaitForAPipe)
{
  const test::TestFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "results.json").c_str(), 0600), 0);
  const auto results = RunDir(folder.path()).load<Results>();
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().code, ErrorCode::bad_input);
}

TEST(RunDir, RedactsWhatItStores)
{
  const test::TestFolder folder;
  auto plan = example_plan();
  plan.parameters["url"] = "https://user:hunter22@example.com/x";
  ASSERT_TRUE(RunDir(folder.path()).store(plan));
  EXPECT_EQ(folder.read("plan.json").find("hunter22"), std::string::npos);
}

TEST(RunDir, RefusesImagesOfAnotherCommit)
{
  const test::TestFolder folder;
  const RunDir run(folder.path());
  BuiltComponent built;
  built.component = "pipeline";
  built.commit = "ffffffffffffffffffffffffffffffffffffffff";
  built.images.push_back({"controller",
                          "./cmd/controller",
                          {"IMAGE_A"},
                          true,
                          k_digest,
                          std::string("r@") + k_digest,
                          std::string("r@") + k_digest,
                          false});
  ASSERT_TRUE(run.store(built, BuiltComponent::file("pipeline")));
  const auto all = run.built(example_plan());
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().code, ErrorCode::bad_input);
  EXPECT_NE(all.error().text().find("ffffffff"), std::string::npos);
}

TEST(RunDir, TakesABrokenErrorRecordForAnError)
{
  const test::TestFolder folder;
  folder.write("errors/patch-csv.json", "{");
  const auto errors = RunDir(folder.path()).errors();
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors.front().step, "patch-csv");
  EXPECT_EQ(errors.front().exit_code, 2);
  EXPECT_EQ(errors.front().reason, "BadInput");
}

TEST(RunDir, TakesAFolderThatCannotBeReadForAnError)
{
  const test::TestFolder folder;
  folder.write("errors", "a file where the folder should be");
  std::filesystem::create_symlink("raw", folder.path() / "raw");
  const auto errors = RunDir(folder.path()).errors();
  ASSERT_EQ(errors.size(), 2U);
  for (const auto& error : errors) {
    EXPECT_EQ(error.step, "run-directory");
    EXPECT_EQ(error.exit_code, 2);
    EXPECT_EQ(error.reason, "IO");
    EXPECT_NE(error.message.find("cannot read " + folder.path().string()), std::string::npos);
  }
  EXPECT_TRUE(RunDir(folder.path() / "none").errors().empty());
}

TEST(Schema, EveryEmbeddedSchemaIsJsonAndRefusesUnknownMembers)
{
  ASSERT_GE(schema_names().size(), 3U);
  for (const auto name : schema_names()) {
    const auto schema = json::parse(schema_text(name), name);
    ASSERT_TRUE(schema) << schema.error().text();
    const auto* closed = json::find(*schema, {"additionalProperties"});
    ASSERT_NE(closed, nullptr) << name;
    EXPECT_TRUE(closed->IsFalse()) << name;
  }
}

TEST(Schema, AnUnknownOneIsADefectNotAPass)
{
  const auto document = json::parse("{}", "text");
  const auto status = check_schema(*document, "no-such", "text");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::internal);
}

} // namespace
} // namespace streamgate::record
