// SPDX-License-Identifier: Apache-2.0
#include "facts/fixture.hpp"
#include "facts/gather.hpp"
#include "operator/fake_target.hpp"
#include "support/test_folder.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

// What is gathered of a target with OLM and the operator, played over a real API server.
namespace streamgate::facts {
namespace {

using test::FakeTarget;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class GatherComponent : public testing::Test {
protected:
  void SetUp() override
  {
    if (const auto server = test::ApiServer::shared(); !server) GTEST_FAIL() << server.error().text();
    target = std::make_unique<FakeTarget>();
    const auto namespaces = target->client().list(kube::k_namespaces, "");
    ASSERT_TRUE(namespaces) << namespaces.error().text();
    for (const auto& item : namespaces->items) before.insert(text_of(item, {"metadata", "name"}));
  }
  record::Facts gather(const std::string& kubeconfig)
  {
    Seen seen;
    seen.before = before;
    const auto config = kube::load_config({.kubeconfig = kubeconfig});
    EXPECT_TRUE(config) << config.error().text();
    const record::RunDir run(folder.path());
    const auto status = facts::gather(*config, std::move(seen), run, cancel);
    EXPECT_TRUE(status) << status.error().text();
    return run.load<record::Facts>().value_or(record::Facts{});
  }
  json::Document read_json(const std::string& file) const { return document(folder.read(file)); }
  // All that was written.
  std::string everything() const
  {
    std::string out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path() / "artifacts")) {
      if (entry.is_regular_file()) out += folder.read(entry.path().lexically_relative(folder.path()).string());
    }
    return out;
  }

  test::TestFolder folder;
  std::unique_ptr<FakeTarget> target;
  std::set<std::string> before;
  Cancel cancel;
};

TEST_F(GatherComponent, TheOperatorsObjectsAndItsComponents)
{
  const auto added = target->client().patch(
      kube::k_csvs, {"tekton-operator", "tekton-operator.v0.75.0"}, kube::PatchType::json,
      R"([{"op":"add","path":"/spec/install/spec/deployments/1/spec/template/spec/containers/1/env/-",)"
      R"("value":{"name":"API_TOKEN","value":"value-that-nobody-may-see"}}])");
  ASSERT_TRUE(added) << added.error().text();
  const auto facts = gather(target->kubeconfig());
  const auto config = std::ranges::find(facts.components, "TektonConfig", &record::FactComponent::name);
  ASSERT_NE(config, facts.components.end());
  EXPECT_TRUE(config->installed);
  EXPECT_EQ(json::text(read_json("artifacts/operator/tektonconfig.json"), {"spec", "targetNamespace"}),
            "tekton-pipelines");
  const auto csv = read_json("artifacts/operator/csv.json");
  EXPECT_EQ(json::text(csv, {"name"}), "tekton-operator.v0.75.0");
  EXPECT_THAT(
      folder.read("artifacts/operator/csv.json"),
      AllOf(HasSubstr("IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER"), HasSubstr("\"API_TOKEN\": \"[redacted]\"")));
  const auto sets = folder.read("artifacts/operator/installersets.json");
  EXPECT_THAT(sets, AllOf(HasSubstr("TektonPipeline"), Not(HasSubstr("manifests"))));
  EXPECT_THAT(folder.read("artifacts/components/workloads.json"), HasSubstr("\"controller\""));
  EXPECT_THAT(facts.files, Contains("artifacts/components/pods.json"));
  EXPECT_THAT(everything(), Not(HasSubstr("value-that-nobody-may-see")));
}

TEST_F(GatherComponent, NamespacesThatTheSuiteLeft)
{
  const std::string token = "ghp_" + std::string(36, 'k');
  const auto& client = target->client();
  ASSERT_TRUE(client.create(kube::k_namespaces, "", R"({"metadata":{"name":"left-behind"}})"));
  ASSERT_TRUE(client.create(kube::k_events, "left-behind", event_json("left-behind", "e1", "no volume for " + token)));
  ASSERT_TRUE(client.create(kube::k_pods, "left-behind",
                            R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"x"}]}})"));
  const auto facts = gather(target->kubeconfig());
  EXPECT_THAT(facts.namespaces, Contains("left-behind"));
  EXPECT_THAT(facts.namespaces, Not(Contains("other"))) << "it was there before";
  EXPECT_THAT(folder.read("artifacts/namespaces/left-behind/events.txt"), HasSubstr("no volume for [redacted]"));
  EXPECT_THAT(folder.read("artifacts/namespaces/left-behind/pods.json"), HasSubstr("\"p\""));
  const auto event = std::ranges::find(facts.events, "left-behind", &record::FactEvent::nspace);
  ASSERT_NE(event, facts.events.end());
  EXPECT_EQ(event->message, "no volume for [redacted]");
  EXPECT_THAT(everything(), Not(HasSubstr(token)));
  ASSERT_TRUE(client.remove(kube::k_namespaces, {"", "left-behind"}));
}

TEST_F(GatherComponent, WithoutRightsEachThingThatIsLackingIsSaid)
{
  const auto facts = gather(target->powerless());
  EXPECT_TRUE(facts.components.empty());
  EXPECT_THAT(facts.problems, Contains(HasSubstr("tektonconfigs")));
  EXPECT_THAT(facts.problems, Contains(HasSubstr("nodes")));
  EXPECT_THAT(facts.problems, Contains(HasSubstr("clusterserviceversions")));
  EXPECT_THAT(facts.problems, Not(Contains(HasSubstr("does not answer"))));
}

} // namespace
} // namespace streamgate::facts
