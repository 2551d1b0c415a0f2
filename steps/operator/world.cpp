// SPDX-License-Identifier: Apache-2.0
#include "operator/world.hpp"

#include "operator/digest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace streamgate::tekton_operator {

namespace {

std::string owners_selector(const std::vector<std::string>& owners)
{
  return fmt::format("operator.tekton.dev/created-by in ({})", fmt::join(owners, ","));
}

// Types that hold no workload of the component's release: they are left alone.
bool is_side_type(const std::string& type)
{
  return type == "pre" || type == "post" || type.starts_with("custom");
}

bool same_image(const std::string& a, const std::string& b)
{
  const auto digest = pinned_digest(a);
  return a == b || (!digest.empty() && digest == pinned_digest(b));
}

// A pod keeps what it was made with except its images, so these tell old pods from new ones.
bool fits_template(const PodView& pod, const WorkloadView& workload)
{
  return std::all_of(workload.containers.begin(), workload.containers.end(), [&](const ContainerView& wanted) {
    const auto* has = pod.container(wanted.name);
    return has != nullptr && same_image(has->image, wanted.image);
  });
}

bool made_by(const World& world, const PodView& pod, const WorkloadView& workload)
{
  if (pod.owner == workload.uid) return true;
  return std::any_of(world.replica_sets.all().begin(), world.replica_sets.all().end(), [&](const auto& entry) {
    return entry.second.uid == pod.owner && entry.second.owner == workload.uid;
  });
}

} // namespace

World::World()
    : sets(set_view), configs(config_view),
      deployments([](const json::Value& o) { return workload_view(o, "Deployment"); }),
      stateful_sets([](const json::Value& o) { return workload_view(o, "StatefulSet"); }),
      replica_sets(replica_set_view), pods(pod_view), mutating_webhooks(webhook_view), validating_webhooks(webhook_view)
{
}

void World::watch(kube::Loop& loop, const std::string& nspace, const std::vector<std::string>& owners)
{
  loop.watch(kube::k_installer_sets, "", {.labels = owners_selector(owners)}, sets);
  loop.watch(kube::k_tekton_configs, "", {.fields = "metadata.name=config"}, configs);
  loop.watch(kube::k_deployments, nspace, {}, deployments);
  loop.watch(kube::k_stateful_sets, nspace, {}, stateful_sets);
  loop.watch(kube::k_replica_sets, nspace, {}, replica_sets);
  loop.watch(kube::k_pods, nspace, {}, pods);
  loop.watch(kube::k_mutating_webhooks, "", {}, mutating_webhooks);
  loop.watch(kube::k_validating_webhooks, "", {}, validating_webhooks);
}

bool World::synced() const
{
  return sets.synced() && configs.synced() && deployments.synced() && stateful_sets.synced() && replica_sets.synced() &&
         pods.synced() && mutating_webhooks.synced() && validating_webhooks.synced();
}

const WorkloadView* World::workload(const WorkloadName& name) const
{
  const auto& store = name.kind == "StatefulSet" ? stateful_sets : deployments;
  for (const auto& [key, view] : store.all()) {
    if (key.second == name.name) return &view;
  }
  return nullptr;
}

std::vector<const SetView*> main_sets(const std::vector<const SetView*>& sets, const std::string& owner)
{
  std::vector<const SetView*> labelled;
  std::vector<const SetView*> others;
  for (const auto* set : sets) {
    if (set->created_by != owner) continue;
    if (set->type == "main") labelled.push_back(set);
    else if (!is_side_type(set->type) && !set->workloads.empty()) others.push_back(set);
  }
  return labelled.empty() ? others : labelled;
}

std::vector<const SetView*> main_sets(const World& world, const std::string& owner)
{
  std::vector<const SetView*> all;
  for (const auto& [key, set] : world.sets.all()) all.push_back(&set);
  return main_sets(all, owner);
}

WorkloadPods pods_of(const World& world, const WorkloadView& workload)
{
  WorkloadPods out;
  for (const auto& [key, pod] : world.pods.all()) {
    if (pod.finished || !workload.selector.matches(pod.labels)) continue;
    if (!made_by(world, pod, workload) || !fits_template(pod, workload)) out.stray.push_back(&pod);
    else if (!pod.deleting) out.current.push_back(&pod);
  }
  return out;
}

std::vector<const WorkloadView*> workloads_of(const World& world, const std::string& owner)
{
  std::vector<const WorkloadView*> out;
  for (const auto* set : main_sets(world, owner)) {
    for (const auto& [nspace, name] : set->workloads) {
      const auto* found = world.workload(name);
      if (found != nullptr && found->owner == set->uid) out.push_back(found);
    }
  }
  return out;
}

std::string pod_trouble(const PodView& pod)
{
  for (const auto& status : pod.statuses) {
    if (!status.waiting.empty() && status.waiting != "PodInitializing" && status.waiting != "ContainerCreating") {
      return fmt::format("container {}: {}{}", status.name, status.waiting,
                         status.waiting_message.empty() ? "" : " (" + status.waiting_message + ")");
    }
    if (!status.running && status.ended && status.ended->exit_code != 0) {
      return fmt::format("container {}: {} (exit code {})", status.name, status.ended->reason, status.ended->exit_code);
    }
  }
  return {};
}

Result<ConfigView> read_config(const kube::Client& client)
{
  auto object = client.get(kube::k_tekton_configs, {"", "config"});
  if (!object) {
    return std::unexpected(
        std::move(object.error())
            .during("reading the TektonConfig `config`")
            .advise("check that the kubeconfig is the target's and that the Tekton operator runs there"));
  }
  auto view = config_view(*object);
  if (view.target_namespace.empty()) {
    return fail(ErrorCode::not_found, "the TektonConfig `config` has no spec.targetNamespace");
  }
  return view;
}

Result<std::vector<SetView>> list_sets(const kube::Client& client, const std::vector<std::string>& owners)
{
  SG_TRY_ASSIGN(const auto list,
                during(client.list(kube::k_installer_sets, "", {.labels = owners_selector(owners), .page = 50}),
                       "listing TektonInstallerSets"));
  std::vector<SetView> out;
  for (const auto& item : list.items) out.push_back(set_view(item));
  return out;
}

} // namespace streamgate::tekton_operator
