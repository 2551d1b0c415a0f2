// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operator/world.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

// Objects of a target as JSON, for tests of the steps that change it.
namespace streamgate::test {

// A digest that is easy to tell from others.
inline std::string digest(char c)
{
  std::string out = "sha256:";
  for (int i = 0; i < 32; ++i) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

inline std::string image(const std::string& name, char c)
{
  return "registry.test:5000/" + name + "@" + digest(c);
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

inline std::string env_json(const Pairs& env)
{
  std::vector<std::string> out;
  for (const auto& [name, value] : env) {
    out.push_back(fmt::format(R"({{"name":{},"value":{}}})", json::quote(name), json::quote(value)));
  }
  return fmt::format("[{}]", fmt::join(out, ","));
}

struct CsvShape {
  std::string nspace = "tekton-operator";
  std::string name = "tekton-operator.v0.75.0";
  std::string deployment = "tekton-operator";
  std::string container = "tekton-operator-lifecycle";
  std::string env = "[]"; // of the container
  std::string labels = "{}";
  std::string phase = "Succeeded";
  std::string uid = "csv-uid";
};

// A CSV with the webhook's deployment first and a side container before the one that matters, as real ones have.
inline std::string csv_json(const CsvShape& shape)
{
  const auto container = [](const std::string& name, const std::string& env) {
    return fmt::format(R"({{"name":"{}","image":"op","env":{}}})", name, env);
  };
  const auto deployment = [](const std::string& name, const std::string& containers) {
    return fmt::format(
        R"({{"name":"{0}","spec":{{"replicas":1,"selector":{{"matchLabels":{{"name":"{0}"}}}},"template":)"
        R"({{"metadata":{{"labels":{{"name":"{0}"}}}},"spec":{{"containers":[{1}]}}}}}}}})",
        name, containers);
  };
  return fmt::format(
      R"({{"apiVersion":"operators.coreos.com/v1alpha1","kind":"ClusterServiceVersion","metadata":{{"name":"{}","namespace":"{}",)"
      R"("uid":"{}","labels":{}}},"spec":{{"displayName":"x","install":{{"strategy":"deployment","spec":{{"deployments":[{},{}]}}}}}},)"
      R"("status":{{"phase":"{}"}}}})",
      shape.name, shape.nspace, shape.uid, shape.labels,
      deployment("other-webhook", container("webhook", R"([{"name":"A","value":"b"}])")),
      deployment(shape.deployment, container("side", R"([{"name":"PROFILING_PORT","value":"9009"}])") + "," +
                                       container(shape.container, shape.env)),
      shape.phase);
}

inline json::Document document(const std::string& text)
{
  auto parsed = json::parse(text, "test object");
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().text()) << "\n" << text;
  return parsed ? std::move(*parsed) : json::Document();
}

// A container of a template or a pod.
inline std::string container_json(const std::string& name, const std::string& image,
                                  const std::vector<std::string>& args = {}, const Pairs& env = {})
{
  std::vector<std::string> quoted;
  for (const auto& arg : args) quoted.push_back(json::quote(arg));
  return fmt::format(R"({{"name":"{}","image":"{}","args":[{}],"env":{}}})", name, image, fmt::join(quoted, ","),
                     env_json(env));
}

struct SetShape {
  std::string name = "pipeline-main-deployment-1";
  std::string uid = "set-1";
  std::string created_by = "TektonPipeline";
  std::string type = "main";
  std::string ready = "True";
  std::vector<std::pair<std::string, std::string>> deployments = {}; // name -> image
  bool deleting = false;
  std::string hash = {};             // "": without the annotation
  std::string mutating_webhook = {}; // name of a configuration in its manifests
};

inline std::string set_json(const SetShape& shape)
{
  std::vector<std::string> manifests;
  for (const auto& [name, image] : shape.deployments) {
    manifests.push_back(
        fmt::format(R"({{"kind":"Deployment","metadata":{{"name":"{}","namespace":"tekton-pipelines"}},"spec":)"
                    R"({{"template":{{"spec":{{"containers":[{}]}}}}}}}})",
                    name, container_json("main", image)));
  }
  if (!shape.mutating_webhook.empty())
    manifests.push_back(R"({"kind":"MutatingWebhookConfiguration","metadata":{"name":")" + shape.mutating_webhook +
                        R"("}})");
  return fmt::format(
      R"({{"kind":"TektonInstallerSet","metadata":{{"name":"{}","uid":"{}",{}"labels":{{"operator.tekton.dev/created-by":"{}",)"
      R"("operator.tekton.dev/type":"{}"}}{}}},"spec":{{"manifests":[{}]}},"status":{{"conditions":[{{"type":"Ready","status":"{}","message":"m"}}]}}}})",
      shape.name, shape.uid, shape.deleting ? R"("deletionTimestamp":"2026-01-01T00:00:00Z",)" : "", shape.created_by,
      shape.type,
      shape.hash.empty() ? "" : R"(,"annotations":{"operator.tekton.dev/last-applied-hash":")" + shape.hash + "\"}",
      fmt::join(manifests, ","), shape.ready);
}

inline std::string config_json(const std::string& ready = "True", const std::string& message = "")
{
  return fmt::format(
      R"({{"kind":"TektonConfig","metadata":{{"name":"config","uid":"cfg","generation":3}},"spec":)"
      R"({{"targetNamespace":"tekton-pipelines"}},"status":{{"conditions":[{{"type":"Ready","status":"{}","message":"{}"}}]}}}})",
      ready, message);
}

struct DeploymentShape {
  std::string name = "controller";
  std::string uid = "dep-1";
  std::string owner = "set-1";
  std::string containers = {}; // JSON objects, comma between
  int replicas = 1, updated = 1, available = 1, total = 1;
  int generation = 1, observed = 1;
  std::string nspace = "tekton-pipelines";
};

inline std::string deployment_json(const DeploymentShape& s)
{
  return fmt::format(
      R"({{"kind":"Deployment","metadata":{{"name":"{0}","namespace":"{9}","uid":"{1}","generation":{7},"ownerReferences":)"
      R"([{{"controller":true,"uid":"{2}"}}]}},"spec":{{"replicas":{3},"selector":{{"matchLabels":{{"app":"{0}"}}}},"template":{{"spec":)"
      R"({{"containers":[{10}]}}}}}},"status":{{"observedGeneration":{8},"updatedReplicas":{4},"availableReplicas":{5},"replicas":{6}}}}})",
      s.name, s.uid, s.owner, s.replicas, s.updated, s.available, s.total, s.generation, s.observed, s.nspace,
      s.containers);
}

inline std::string replica_set_json(const std::string& uid, const std::string& owner)
{
  return fmt::format(
      R"({{"kind":"ReplicaSet","metadata":{{"name":"{0}","namespace":"tekton-pipelines","uid":"{0}","ownerReferences":)"
      R"([{{"controller":true,"uid":"{1}"}}]}}}})",
      uid, owner);
}

struct PodShape {
  std::string name = "controller-1";
  std::string app = "controller";
  std::string owner = "rs-1";
  std::string containers = {}; // JSON objects
  std::string statuses = {};   // JSON objects
  std::string phase = "Running";
  bool deleting = false;
};

inline std::string pod_json(const PodShape& s)
{
  return fmt::format(
      R"({{"kind":"Pod","metadata":{{"name":"{0}","namespace":"tekton-pipelines","uid":"uid-{0}",{1}"labels":{{"app":"{2}"}},"ownerReferences":)"
      R"([{{"controller":true,"uid":"{3}"}}]}},"spec":{{"containers":[{4}]}},"status":{{"phase":"{5}","containerStatuses":[{6}]}}}})",
      s.name, s.deleting ? R"("deletionTimestamp":"2026-01-01T00:00:00Z",)" : "", s.app, s.owner, s.containers, s.phase,
      s.statuses);
}

inline std::string running_json(const std::string& container, const std::string& image_id, int restarts = 0)
{
  return fmt::format(R"({{"name":"{}","imageID":"{}","ready":true,"restartCount":{},"state":{{"running":{{}}}}}})",
                     container, image_id, restarts);
}

inline std::string waiting_json(const std::string& container, const std::string& reason, const std::string& message,
                                int restarts = 0, const std::string& last = "{}")
{
  return fmt::format(
      R"({{"name":"{}","imageID":"","restartCount":{},"state":{{"waiting":{{"reason":"{}","message":"{}"}}}},"lastState":{}}})",
      container, restarts, reason, message, last);
}

template <class Store>
void tell(Store& store, const std::string& text, kube::EventType type = kube::EventType::added)
{
  store.on_object(type, document(text));
}

inline void sync(tekton_operator::World& world)
{
  world.sets.on_synced();
  world.configs.on_synced();
  world.deployments.on_synced();
  world.stateful_sets.on_synced();
  world.replica_sets.on_synced();
  world.pods.on_synced();
  world.mutating_webhooks.on_synced();
  world.validating_webhooks.on_synced();
}

// A world in which one component's controller (image `c`, with the entrypoint `e` as argument) runs as it should.
inline void settle(tekton_operator::World& world, char c = 'c', char e = 'e')
{
  const auto spec = container_json("tekton-pipelines-controller", image("controller", c),
                                   {"-entrypoint-image", image("entrypoint", e)});
  tell(world.sets, set_json({.name = "pipeline-main-static-1", .uid = "set-0"}));
  tell(world.sets, set_json({.deployments = {{"controller", image("controller", c)}}}));
  tell(world.configs, config_json());
  tell(world.deployments, deployment_json({.containers = spec}));
  tell(world.replica_sets, replica_set_json("rs-1", "dep-1"));
  tell(world.pods, pod_json({.containers = spec,
                             .statuses = running_json("tekton-pipelines-controller",
                                                      "registry.test:5000/controller@" + digest(c))}));
  sync(world);
}

} // namespace streamgate::test
