// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// The few members of the target's objects that the decisions need, so that a watch need not keep whole manifests.
namespace streamgate::tekton_operator {

struct WorkloadName {
  std::string kind; // "Deployment", "StatefulSet"
  std::string name;
  auto operator<=>(const WorkloadName&) const = default;
  std::string text() const { return kind + "/" + name; }
};

// Annotation of an InstallerSet: v1alpha1.LastAppliedHashKey of tektoncd/operator.
inline constexpr const char* k_hash_annotation = "operator.tekton.dev/last-applied-hash";
// What stands there while the operator has not written a set anew that it was asked to (operator/renew.hpp).
inline constexpr const char* k_marker = "streamgate";

// A TektonInstallerSet.
struct SetView {
  std::string name, uid;
  std::string created_by, type; // labels operator.tekton.dev/created-by, /type
  bool deleting = false;
  bool ready = false;
  std::string hash;   // of the component's spec that it was written for; "" with operators that put none on it
  std::string reason; // of Ready, when it is not True
  std::vector<std::pair<std::string, WorkloadName>> workloads; // namespace and name of each workload in its manifests
  std::vector<std::string> mutating_webhooks;                  // names of the configurations in its manifests
  std::vector<std::string> validating_webhooks;
  std::set<std::string> digests; // of the images in those workloads
};
SetView set_view(const json::Value& object);

// The TektonConfig.
struct ConfigView {
  std::string name, uid, target_namespace;
  bool ready = false; // Ready=True, and of the present generation
  std::string reason; // why not
};
ConfigView config_view(const json::Value& object);

struct ContainerView {
  std::string name, image;
  std::vector<std::string> arguments; // command, then args
  std::vector<std::pair<std::string, std::string>> env;
};

// spec.selector of a workload: matchLabels and matchExpressions.
struct Selector {
  struct Rule {
    std::string key, op;
    std::set<std::string> values;
  };
  std::vector<Rule> rules;
  bool matches(const std::map<std::string, std::string>& labels) const;
};

// A Deployment or a StatefulSet.
struct WorkloadView {
  WorkloadName id;
  std::string uid, owner; // owner: UID of the controlling owner, or ""
  bool deleting = false;
  std::int64_t wanted = 1; // spec.replicas
  std::string rollout;     // what its rollout still lacks; "" when it is complete
  Selector selector;
  std::vector<ContainerView> containers; // of the template
};
WorkloadView workload_view(const json::Value& object, std::string_view kind);

// A MutatingWebhookConfiguration or ValidatingWebhookConfiguration. Those of Tekton are installed without rules, and
// its webhook fills them in once it leads, which may be long after it is ready: until then the API server asks it
// nothing.
struct WebhookView {
  std::string lacks; // "rules", "caBundle", or "" when each of its webhooks has both
};
WebhookView webhook_view(const json::Value& object);

struct ReplicaSetView {
  std::string uid, owner;
};
ReplicaSetView replica_set_view(const json::Value& object);

// What a kubelet says of one container.
struct ContainerStatus {
  std::string name, image_id;
  bool running = false;
  bool ready = false;
  std::int64_t restarts = 0;
  std::string waiting, waiting_message; // reason and message of state.waiting
  struct End {
    std::int64_t exit_code = 0;
    std::string reason, message;
  };
  std::optional<End> ended; // state.terminated, else lastState.terminated
};

struct PodView {
  std::string nspace, name, uid, owner;
  std::map<std::string, std::string> labels;
  bool deleting = false;
  bool finished = false;                 // phase Succeeded or Failed: it runs nothing and will not again
  std::vector<ContainerView> containers; // init containers too
  std::vector<ContainerStatus> statuses; // init containers too

  const ContainerStatus* status(std::string_view container) const;
  const ContainerView* container(std::string_view name) const;
};
PodView pod_view(const json::Value& object);

} // namespace streamgate::tekton_operator
