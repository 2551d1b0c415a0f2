// SPDX-License-Identifier: Apache-2.0
#include "operator/fixture.hpp"
#include "operator/site.hpp"

#include <gmock/gmock.h>

namespace streamgate::tekton_operator {
namespace {

using test::csv_json;
using test::CsvShape;
using test::document;
using ::testing::HasSubstr;

const std::string k_env = R"([{"name":"X","value":"1"},{"name":"IMAGE_PIPELINES_WEBHOOK","value":"w"}])";

std::vector<json::Document> documents(const std::vector<CsvShape>& shapes)
{
  std::vector<json::Document> out;
  for (const auto& shape : shapes) out.push_back(document(csv_json(shape)));
  return out;
}

CsvShape openshift()
{
  return {.nspace = "openshift-operators",
          .name = "openshift-pipelines-operator-rh.v1.21.0",
          .deployment = "openshift-pipelines-operator",
          .container = "openshift-pipelines-operator-lifecycle",
          .env = k_env};
}

TEST(Site, FindsUpstreamsOperator)
{
  const auto site = choose_site(documents({{.env = k_env}}), {});
  ASSERT_TRUE(site) << site.error().text();
  EXPECT_EQ(site->nspace, "tekton-operator");
  EXPECT_EQ(site->csv, "tekton-operator.v0.75.0");
  EXPECT_EQ(site->csv_uid, "csv-uid");
  EXPECT_EQ(site->deployment, "tekton-operator");
  EXPECT_EQ(site->container, "tekton-operator-lifecycle");
}

TEST(Site, FindsOpenShiftsOperatorBesideOthersAndCopies)
{
  const CsvShape copy{.nspace = "default", .env = k_env, .labels = R"({"olm.copiedFrom":"openshift-operators"})"};
  const CsvShape foreign{.nspace = "other", .name = "other.v1", .env = R"([{"name":"IMAGE_SIDECAR","value":"x"}])"};
  const CsvShape plain{.nspace = "third", .name = "third.v1"};
  const auto site = choose_site(documents({copy, foreign, openshift(), plain}), {});
  ASSERT_TRUE(site) << site.error().text();
  EXPECT_EQ(site->nspace, "openshift-operators");
  EXPECT_EQ(site->container, "openshift-pipelines-operator-lifecycle");
}

TEST(Site, TakesAnyImageKeyWhenNoneIsOfPipelines)
{
  const auto site = choose_site(documents({{.env = R"([{"name":"IMAGE_CHAINS_CONTROLLER","value":"x"}])"}}), {});
  ASSERT_TRUE(site) << site.error().text();
  EXPECT_EQ(site->container, "tekton-operator-lifecycle");
}

TEST(Site, OnlyCopiesIsNotFoundAndSaysWhatWasSeen)
{
  const CsvShape copy{.env = k_env, .labels = R"({"olm.copiedFrom":"x"})"};
  const CsvShape plain{.nspace = "third", .name = "third.v1"};
  const auto site = choose_site(documents({copy, plain}), {});
  ASSERT_FALSE(site);
  EXPECT_EQ(site.error().code, ErrorCode::not_found);
  EXPECT_THAT(site.error().message, HasSubstr("seen: third/third.v1"));
  EXPECT_THAT(choose_site({}, {}).error().message, HasSubstr("no ClusterServiceVersion at all"));
}

TEST(Site, TwoAreAmbiguousAndListed)
{
  const auto site = choose_site(documents({{.env = k_env}, openshift()}), {});
  ASSERT_FALSE(site);
  EXPECT_EQ(site.error().code, ErrorCode::ambiguous);
  EXPECT_THAT(site.error().message, HasSubstr("tekton-operator/tekton-operator.v0.75.0 (deployment tekton-operator"));
  EXPECT_THAT(site.error().message, HasSubstr("openshift-operators/openshift-pipelines-operator-rh.v1.21.0"));
  EXPECT_THAT(site.error().hint, HasSubstr("--csv"));
}

TEST(Site, EachWishChooses)
{
  const auto csvs = documents({{.env = k_env}, openshift()});
  for (const auto& wish :
       {SiteWish{.nspace = "openshift-operators"}, SiteWish{.csv = "openshift-pipelines-operator-rh.v1.21.0"},
        SiteWish{.container = "openshift-pipelines-operator-lifecycle"}}) {
    const auto site = choose_site(csvs, wish);
    ASSERT_TRUE(site) << site.error().text();
    EXPECT_EQ(site->nspace, "openshift-operators");
  }
}

TEST(Site, AWishThatFitsNothingListsWhatThereIs)
{
  const auto site = choose_site(documents({{.env = k_env}}), {.csv = "typo.v1"});
  ASSERT_FALSE(site);
  EXPECT_EQ(site.error().code, ErrorCode::not_found);
  EXPECT_THAT(site.error().message, HasSubstr("named typo.v1; there is tekton-operator/tekton-operator.v0.75.0"));
}

TEST(Site, PlacesAreFoundByName)
{
  const auto csv = document(csv_json({.env = k_env}));
  const auto place = place_of(csv, *choose_site(documents({{.env = k_env}}), {}));
  ASSERT_TRUE(place) << place.error().text();
  EXPECT_EQ(place->container_path(), "/spec/install/spec/deployments/1/spec/template/spec/containers/1");
  ASSERT_NE(place->find("IMAGE_PIPELINES_WEBHOOK"), nullptr);
  EXPECT_EQ(place->env_path(place->find("IMAGE_PIPELINES_WEBHOOK")->index), place->container_path() + "/env/1");
  EXPECT_EQ(place->find("IMAGE_PIPELINES_WEBHOOK")->value, "w");
  EXPECT_EQ(place->find("NONE"), nullptr);
}

TEST(Site, APlaceThatIsGoneIsNotFound)
{
  const auto csv = document(csv_json({.env = k_env}));
  const auto place = place_of(csv, {"tekton-operator", "tekton-operator.v0.75.0", "", "tekton-operator", "renamed"});
  ASSERT_FALSE(place);
  EXPECT_EQ(place.error().code, ErrorCode::not_found);
  EXPECT_THAT(place.error().message, HasSubstr("renamed"));
}

TEST(Site, EntriesWithoutValueAreTold)
{
  const CsvShape shape{.env = R"([{"name":"IMAGE_A_B","valueFrom":{"fieldRef":{}}},{"name":"IMAGE_A_C"}])"};
  const auto place =
      place_of(document(csv_json(shape)), {"tekton-operator", shape.name, "", shape.deployment, shape.container});
  ASSERT_TRUE(place);
  EXPECT_TRUE(place->find("IMAGE_A_B")->from_elsewhere);
  EXPECT_FALSE(place->find("IMAGE_A_C")->from_elsewhere);
  EXPECT_EQ(place->find("IMAGE_A_C")->value, std::nullopt);
}

TEST(Site, HostileShapesAreNoCandidates)
{
  for (
      const auto* text :
      {"{}", R"({"spec":{"install":{"spec":{"deployments":{}}}}})",
       R"({"spec":{"install":{"spec":{"deployments":[1,null]}}}})",
       R"({"spec":{"install":{"spec":{"deployments":[{"spec":{"template":{"spec":{"containers":[{"env":"x"}]}}}}]}}}})"}) {
    std::vector<json::Document> csvs;
    csvs.push_back(document(text));
    EXPECT_EQ(choose_site(csvs, {}).error().code, ErrorCode::not_found) << text;
  }
}

} // namespace
} // namespace streamgate::tekton_operator
