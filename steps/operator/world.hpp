// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kube/client.hpp"
#include "operator/views.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace streamgate::tekton_operator {

// Keeps the view of every object that a watch tells of.
template <class View>
class Store : public kube::WatchHandler {
public:
  using Make = View (*)(const json::Value&);
  explicit Store(Make make) : m_make(make) {}

  void on_reset() override
  {
    m_objects.clear();
    m_synced = false;
  }
  void on_object(kube::EventType type, const json::Value& object) override
  {
    auto key = std::pair(std::string(json::text(object, {"metadata", "namespace"})),
                         std::string(json::text(object, {"metadata", "name"})));
    if (type == kube::EventType::deleted) m_objects.erase(key);
    else m_objects.insert_or_assign(std::move(key), m_make(object));
  }
  void on_synced() override { m_synced = true; }

  bool synced() const { return m_synced; }
  const std::map<std::pair<std::string, std::string>, View>& all() const { return m_objects; }

private:
  Make m_make;
  std::map<std::pair<std::string, std::string>, View> m_objects; // by namespace and name
  bool m_synced = false;
};

// What is known of the target, from watches.
struct World {
  World();

  Store<SetView> sets;
  Store<ConfigView> configs;
  Store<WorkloadView> deployments;
  Store<WorkloadView> stateful_sets;
  Store<ReplicaSetView> replica_sets;
  Store<PodView> pods;
  Store<WebhookView> mutating_webhooks;
  Store<WebhookView> validating_webhooks;

  // Start the watches: the InstallerSets of `owners`, the TektonConfig, the admission webhooks, and what runs in
  // `nspace`.
  void watch(kube::Loop& loop, const std::string& nspace, const std::vector<std::string>& owners);

  // Return true once every watch has told all that there is.
  bool synced() const;
  const WorkloadView* workload(const WorkloadName& name) const;
};

// Return the owner's sets that carry its workloads: those of type `main`, or, with operators that label otherwise,
// those with a Deployment or StatefulSet in their manifests.
std::vector<const SetView*> main_sets(const std::vector<const SetView*>& sets, const std::string& owner);
std::vector<const SetView*> main_sets(const World& world, const std::string& owner);

// The pods of a workload: `current` are made by it from its present template; `stray` are others that its selector
// finds (of an old ReplicaSet, of a deleted namesake) and that still run.
struct WorkloadPods {
  std::vector<const PodView*> current;
  std::vector<const PodView*> stray;
};
WorkloadPods pods_of(const World& world, const WorkloadView& workload);

// Return the workloads that the owner's main sets made.
std::vector<const WorkloadView*> workloads_of(const World& world, const std::string& owner);

// What must hold.
struct Expectation {
  std::vector<std::string> owners = {};   // created-by values
  std::set<std::string> old_sets = {};    // UIDs that must be gone
  std::set<std::string> gone_images = {}; // digests that no set may ask for and no pod may run
  bool leaving_may_stay = false;          // pods that are being deleted do not count: they may drain for half a minute
};

// What does not hold yet, in words, and how far it is.
struct Gaps {
  std::vector<std::string> texts;
  int sets_ready = 0, sets = 0;
  int workloads_ready = 0, workloads = 0;
  std::string config; // why TektonConfig is not ready, or ""

  bool none() const { return texts.empty(); }
  // "1/2 InstallerSets, 0/3 workloads, TektonConfig Ready=False (...)"
  std::string summary() const;
};
Gaps find_gaps(const World& world, const Expectation& expectation, const std::string& nspace);

// Return what keeps a pod's containers from running, "container x: ImagePullBackOff (...)", or "".
std::string pod_trouble(const PodView& pod);

// --- Calls to the API server ---

// Read the TektonConfig. Error: not_found when there is none, or it names no target namespace.
Result<ConfigView> read_config(const kube::Client& client);

// List the InstallerSets of the owners.
Result<std::vector<SetView>> list_sets(const kube::Client& client, const std::vector<std::string>& owners);

} // namespace streamgate::tekton_operator
