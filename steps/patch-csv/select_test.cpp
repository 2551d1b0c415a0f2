// SPDX-License-Identifier: Apache-2.0
#include "operator/fixture.hpp"
#include "select.hpp"

#include <gmock/gmock.h>

namespace streamgate::patch_csv {
namespace {

using test::digest;
using test::image;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Env = std::vector<tekton_operator::EnvEntry>;

record::BuiltImage built(const std::string& name, const std::vector<std::string>& keys, char c, bool required = true)
{
  return {name, "./cmd/" + name, keys, required, digest(c), image(name, c), image(name, c), false};
}

std::vector<record::BuiltComponent> component(std::vector<record::BuiltImage> images)
{
  return {{1, "pipeline", "", 0, std::move(images)}};
}

const Env k_env{{0, "OTHER", "x"},
                {1, "IMAGE_PIPELINES_WEBHOOK", "old-webhook"},
                {2, "IMAGE_PIPELINES_ARG__NOP_IMAGE", "old-nop"},
                {3, "IMAGE_PIPELINES_PROXY", "proxy"},
                {4, "IMAGE_TRIGGERS_WEBHOOK", "t"}};

TEST(Select, SetsTheKeysThatTheOperatorHas)
{
  const auto out =
      select_keys(component({built("webhook", {"IMAGE_PIPELINES_WEBHOOK", "IMAGE_PIPELINES_OLD_WEBHOOK"}, 'w'),
                             built("nop", {"IMAGE_PIPELINES_ARG__NOP_IMAGE"}, 'n')}),
                  k_env);
  ASSERT_TRUE(out) << out.error().text();
  ASSERT_EQ(out->changes.size(), 2U);
  EXPECT_EQ(out->changes[0].key, "IMAGE_PIPELINES_WEBHOOK");
  EXPECT_EQ(out->changes[0].before, "old-webhook");
  EXPECT_EQ(out->changes[0].after, image("webhook", 'w'));
  ASSERT_EQ(out->expected.size(), 2U);
  EXPECT_EQ(out->expected[1].component, "pipeline");
  EXPECT_EQ(out->expected[1].image, "nop");
  EXPECT_EQ(out->expected[1].key, "IMAGE_PIPELINES_ARG__NOP_IMAGE");
  EXPECT_EQ(out->expected[1].pull, image("nop", 'n'));
  EXPECT_EQ(out->expected[1].digest, digest('n'));
  EXPECT_THAT(out->warnings, IsEmpty())
      << "the operator's own proxy and another component's keys are not of this family";
}

TEST(Select, WarnsOfKeysOfTheFamilyThatNothingCovers)
{
  const auto out = select_keys(component({built("webhook", {"IMAGE_PIPELINES_WEBHOOK"}, 'w')}), k_env);
  ASSERT_TRUE(out);
  EXPECT_THAT(out->warnings, ElementsAre(HasSubstr("IMAGE_PIPELINES_ARG__NOP_IMAGE of the operator is not covered")));
}

TEST(Select, ARequiredImageWithoutKeyListsTriedAndNearest)
{
  const auto out = select_keys(component({built("webhook", {"IMAGE_PIPELINES_WEBHOK"}, 'w')}), k_env);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, ErrorCode::bad_input);
  EXPECT_THAT(
      out.error().message,
      HasSubstr(
          "image webhook of pipeline; tried IMAGE_PIPELINES_WEBHOK; nearest in the operator: IMAGE_PIPELINES_WEBHOOK"));
  EXPECT_THAT(out.error().hint, HasSubstr("config/components.yaml"));
}

TEST(Select, AnOptionalImageWithoutKeyIsLeftOut)
{
  const auto out = select_keys(component({built("webhook", {"IMAGE_PIPELINES_WEBHOOK"}, 'w'),
                                          built("git", {"IMAGE_PIPELINES_GIT"}, 'g', false)}),
                               k_env);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->expected.size(), 1U);
}

TEST(Select, NothingToSetIsAnError)
{
  EXPECT_THAT(select_keys(component({built("git", {"IMAGE_PIPELINES_GIT"}, 'g', false)}), k_env).error().message,
              HasSubstr("nothing to put"));
  EXPECT_EQ(select_keys({}, k_env).error().code, ErrorCode::bad_input);
}

TEST(Select, BadEntriesAreRefused)
{
  const auto images = component({built("webhook", {"IMAGE_PIPELINES_WEBHOOK"}, 'w')});
  const auto from = select_keys(images, {{0, "IMAGE_PIPELINES_WEBHOOK", std::nullopt, true}});
  EXPECT_EQ(from.error().code, ErrorCode::bad_input);
  EXPECT_THAT(from.error().message, HasSubstr("valueFrom"));
  const auto twice = select_keys(images, {{0, "IMAGE_PIPELINES_WEBHOOK", "a"}, {1, "IMAGE_PIPELINES_WEBHOOK", "b"}});
  EXPECT_EQ(twice.error().code, ErrorCode::bad_input);
  EXPECT_THAT(twice.error().message, HasSubstr("twice"));
}

TEST(Select, TwoImagesForOneKeyAreRefused)
{
  const auto out = select_keys(
      component({built("a", {"IMAGE_PIPELINES_WEBHOOK"}, 'a'), built("b", {"IMAGE_PIPELINES_WEBHOOK"}, 'b')}), k_env);
  EXPECT_EQ(out.error().code, ErrorCode::bad_input);
  EXPECT_THAT(out.error().message, HasSubstr("wanted by pipeline/a and by pipeline/b"));
}

TEST(Select, APullReferenceMustPinTheBuiltDigest)
{
  for (const auto& pull : std::vector<std::string>{"registry/x:latest", "registry/x@" + digest('0'), ""}) {
    auto one = built("webhook", {"IMAGE_PIPELINES_WEBHOOK"}, 'w');
    one.pull = pull;
    const auto out = select_keys(component({one}), k_env);
    EXPECT_EQ(out.error().code, ErrorCode::bad_input) << pull;
    EXPECT_THAT(out.error().message, HasSubstr("does not pin"));
  }
}

TEST(Select, AnEntryWithoutValueKeepsThatAsBefore)
{
  const auto out = select_keys(component({built("webhook", {"IMAGE_PIPELINES_WEBHOOK"}, 'w')}),
                               {{0, "IMAGE_PIPELINES_WEBHOOK", std::nullopt}});
  ASSERT_TRUE(out);
  EXPECT_EQ(out->changes[0].before, std::nullopt);
}

} // namespace
} // namespace streamgate::patch_csv
