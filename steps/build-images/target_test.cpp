// SPDX-License-Identifier: Apache-2.0
#include "images_from.hpp"
#include "support/test_folder.hpp"
#include "target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamgate::build_images {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string k_commit(40, 'c');
const std::string k_digest = "sha256:" + std::string(64, 'd');

record::PlannedImage image(const std::string& name, std::vector<std::string> import_paths = {"./cmd/x"})
{
  record::PlannedImage out;
  out.name = name;
  out.import_paths = std::move(import_paths);
  out.keys = {"IMAGE_NEW_KEY"};
  return out;
}

record::PlannedComponent component(std::vector<record::PlannedImage> images)
{
  record::PlannedComponent out;
  out.name = "pipeline";
  out.commit = k_commit;
  out.images = std::move(images);
  return out;
}

TEST(Targets, are_named_for_component_image_and_commit)
{
  const auto targets =
      targets_of(component({image("controller"), image("webhook")}), {"push.example/gate", "pull.example:5000"}, {})
          .value();
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_THAT(targets[0].pushed.text(), StartsWith("push.example/gate/pipeline-controller:" + k_commit + "-"));
  EXPECT_THAT(targets[0].pull.text(), StartsWith("pull.example:5000/pipeline-controller:" + k_commit + "-"));
  EXPECT_EQ(targets[1].pushed.repository, "gate/pipeline-webhook");
}

// What the registry has for a commit is only the wanted image when it was made in the same way.
TEST(Targets, another_recipe_is_another_tag)
{
  const auto tag = [](const Recipe& recipe, const record::PlannedImage& planned) {
    return targets_of(component({planned}), {"push.example", "pull.example"}, recipe).value().front().pushed.tag;
  };
  const auto plain = tag({"base", "linux/amd64"}, image("controller"));
  EXPECT_EQ(tag({"base", "linux/amd64"}, image("controller")), plain);
  EXPECT_EQ(plain.size(), k_commit.size() + 9);
  EXPECT_NE(tag({"other", "linux/amd64"}, image("controller")), plain);
  EXPECT_NE(tag({"base", "linux/arm64"}, image("controller")), plain);
  EXPECT_NE(tag({"base", "linux/amd64"}, image("controller", {"./cmd/other"})), plain);
  auto container = image("controller", {});
  container.containerfile = "./cmd/x";
  EXPECT_NE(tag({"base", "linux/amd64"}, container), plain);
}

TEST(Targets, a_registry_of_the_wrong_form_is_bad_input)
{
  for (const std::string registry : {"gate", "https://push.example", "push.example/Gate", "push.example/gate:tag"}) {
    const auto targets = targets_of(component({image("controller")}), {registry, "pull.example"}, {});
    ASSERT_FALSE(targets) << registry;
    EXPECT_EQ(targets.error().code, ErrorCode::bad_input);
  }
}

TEST(Targets, the_record_has_both_references_by_digest)
{
  auto target = targets_of(component({image("controller")}), {"push.example/gate", "pull.example"}, {}).value().front();
  target.digest = k_digest;
  target.import_path = "./cmd/controller";
  const auto record = to_record(target);
  EXPECT_EQ(record.pushed, "push.example/gate/pipeline-controller@" + k_digest);
  EXPECT_EQ(record.pull, "pull.example/pipeline-controller@" + k_digest);
  EXPECT_EQ(record.import_path, "./cmd/controller");
  EXPECT_EQ(record.keys, std::vector<std::string>{"IMAGE_NEW_KEY"});
}

TEST(ImportPath, is_the_first_that_the_checkout_has)
{
  const test::TestFolder folder;
  folder.write("cmd/new/main.go", "");
  folder.write("cmd/file", "");
  EXPECT_EQ(choose_import_path(image("x", {"./cmd/old", "./cmd/new", "example.com/m/cmd/x"}), folder.path()).value(),
            "./cmd/new");
  EXPECT_EQ(choose_import_path(image("x", {"./cmd/old", "./cmd/file", "example.com/m/cmd/x"}), folder.path()).value(),
            "example.com/m/cmd/x");
  const auto none = choose_import_path(image("x", {"./cmd/old", "./cmd/older"}), folder.path());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::build_failed);
  EXPECT_THAT(none.error().text(), HasSubstr("./cmd/old, ./cmd/older"));
}

class ImagesFromTest : public ::testing::Test {
protected:
  void store(const std::string& run, const std::string& commit, const std::vector<std::string>& names)
  {
    record::BuiltComponent built;
    built.component = "pipeline";
    built.commit = commit;
    for (const auto& name : names) {
      built.images.push_back({.name = name,
                              .import_path = "./cmd/" + name,
                              .keys = {"IMAGE_OLD_KEY"},
                              .required = true,
                              .digest = k_digest,
                              .pushed = "push.example/pipeline-" + name + "@" + k_digest,
                              .pull = "pull.example/pipeline-" + name + "@" + k_digest,
                              .cached = false});
    }
    ASSERT_TRUE(record::RunDir(m_folder.path() / run).store(built, record::BuiltComponent::file("pipeline")));
  }
  test::TestFolder m_folder;
};

TEST_F(ImagesFromTest, takes_digests_of_the_other_run_and_keys_of_this_plan)
{
  store("one", k_commit, {"controller", "webhook", "extra"});
  const auto images =
      images_from(record::RunDir(m_folder.path() / "one"), component({image("controller"), image("webhook")}));
  ASSERT_TRUE(images) << images.error().text();
  ASSERT_EQ(images->size(), 2U);
  EXPECT_EQ(images->at(0).digest, k_digest);
  EXPECT_EQ(images->at(0).keys, std::vector<std::string>{"IMAGE_NEW_KEY"});
  EXPECT_TRUE(images->at(0).cached);
}

TEST_F(ImagesFromTest, refuses_another_commit)
{
  store("one", std::string(40, 'e'), {"controller"});
  const auto images = images_from(record::RunDir(m_folder.path() / "one"), component({image("controller")}));
  ASSERT_FALSE(images);
  EXPECT_EQ(images.error().code, ErrorCode::bad_input);
  EXPECT_THAT(images.error().text(), HasSubstr(k_commit));
  EXPECT_THAT(images.error().text(), HasSubstr(std::string(40, 'e')));
}

TEST_F(ImagesFromTest, an_image_may_be_absent_only_when_it_is_not_required)
{
  store("one", k_commit, {"controller"});
  auto optional = image("webhook");
  optional.required = false;
  EXPECT_EQ(
      images_from(record::RunDir(m_folder.path() / "one"), component({image("controller"), optional})).value().size(),
      1U);
  const auto missing =
      images_from(record::RunDir(m_folder.path() / "one"), component({image("controller"), image("webhook")}));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

TEST_F(ImagesFromTest, a_run_is_named_by_folder_images_folder_or_name)
{
  store("one", k_commit, {"controller"});
  const auto root = m_folder.path() / "one";
  for (const auto& named : {root.string(), (root / "images").string(), std::string("one")}) {
    const auto run = find_run(named, m_folder.path() / "two", "pipeline");
    ASSERT_TRUE(run) << named;
    EXPECT_TRUE(run->has("images/pipeline.json"));
  }
  for (const std::string named : {"three", "one/two", "/nowhere"}) {
    EXPECT_EQ(find_run(named, m_folder.path() / "two", "pipeline").error().code, ErrorCode::not_found) << named;
  }
}

} // namespace
} // namespace streamgate::build_images
