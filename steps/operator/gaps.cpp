// SPDX-License-Identifier: Apache-2.0
#include "operator/digest.hpp"
#include "operator/world.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::tekton_operator {

namespace {

class Finder {
public:
  Finder(const World& world, const Expectation& expectation, const std::string& nspace)
      : m_world(world), m_expectation(expectation), m_nspace(nspace)
  {
  }

  Gaps find()
  {
    if (!m_world.synced()) add("not all objects have been read yet");
    for (const auto& owner : m_expectation.owners) look_at_owner(owner);
    look_at_config();
    for (const auto& [key, pod] : m_world.pods.all()) look_for_gone_images(pod);
    return std::move(m_gaps);
  }

private:
  void add(std::string text) { m_gaps.texts.push_back(std::move(text)); }

  void look_at_owner(const std::string& owner)
  {
    const auto sets = main_sets(m_world, owner);
    const bool works =
        std::any_of(sets.begin(), sets.end(), [](const SetView* set) { return !set->workloads.empty(); });
    if (!works) {
      // The set of the workloads is made after the static one.
      ++m_gaps.sets;
      add(fmt::format("no new InstallerSet of {} with workloads", owner));
    }
    for (const auto* set : sets) look_at_set(*set);
  }

  void look_at_set(const SetView& set)
  {
    ++m_gaps.sets;
    if (set.deleting || m_expectation.old_sets.contains(set.uid))
      return add("InstallerSet " + set.name + " is not gone yet");
    if (set.hash == k_marker) return add("InstallerSet " + set.name + " is not written anew yet");
    if (asks_for_gone(set)) return add("InstallerSet " + set.name + " still asks for an image under test");
    for (const auto& [nspace, name] : set.workloads) {
      if (nspace.empty() || nspace == m_nspace) look_at_workload(set, name);
    }
    for (const auto& name : set.mutating_webhooks) look_at_webhook(m_world.mutating_webhooks, "Mutating", name);
    for (const auto& name : set.validating_webhooks) look_at_webhook(m_world.validating_webhooks, "Validating", name);
    if (!set.ready) return add(fmt::format("InstallerSet {} {}", set.name, set.reason));
    ++m_gaps.sets_ready;
  }

  void look_at_webhook(const Store<WebhookView>& webhooks, const char* which, const std::string& name)
  {
    const auto found = webhooks.all().find({"", name});
    if (found == webhooks.all().end()) add(fmt::format("{}WebhookConfiguration {} is not there yet", which, name));
    else if (!found->second.lacks.empty())
      add(fmt::format("{}WebhookConfiguration {} has no {} yet", which, name, found->second.lacks));
  }

  bool asks_for_gone(const SetView& set) const
  {
    return std::any_of(set.digests.begin(), set.digests.end(),
                       [&](const auto& d) { return m_expectation.gone_images.contains(d); });
  }

  void look_at_workload(const SetView& set, const WorkloadName& name)
  {
    ++m_gaps.workloads;
    const auto* workload = m_world.workload(name);
    if (workload == nullptr || workload->owner != set.uid || workload->deleting) {
      return add(fmt::format("{} of InstallerSet {} is not there yet", name.text(), set.name));
    }
    if (look_at_pods(*workload)) ++m_gaps.workloads_ready;
  }

  bool look_at_pods(const WorkloadView& workload)
  {
    const auto before = m_gaps.texts.size();
    const auto pods = pods_of(m_world, workload);
    std::string trouble;
    for (const auto* pod : pods.current) {
      if (auto text = pod_trouble(*pod); !text.empty()) trouble += fmt::format("; pod {} {}", pod->name, text);
    }
    if (!workload.rollout.empty()) add(fmt::format("{}: {}{}", workload.id.text(), workload.rollout, trouble));
    else if (std::ssize(pods.current) < workload.wanted) {
      add(fmt::format("{}: {} of {} pods seen", workload.id.text(), pods.current.size(), workload.wanted));
    }
    // Also one that is on its way out: kube-proxy hands connections to a terminating webhook while no other is ready,
    // and the API server keeps them, so that the old image may answer until the pod is gone.
    for (const auto* pod : pods.stray) {
      if (!may_stay(*pod)) add(fmt::format("{}: old pod {} still there", workload.id.text(), pod->name));
    }
    return m_gaps.texts.size() == before;
  }

  bool may_stay(const PodView& pod) const { return pod.deleting && m_expectation.leaving_may_stay; }

  void look_at_config()
  {
    m_gaps.config = "absent";
    for (const auto& [key, config] : m_world.configs.all()) m_gaps.config = config.reason;
    if (!m_gaps.config.empty()) add("TektonConfig " + m_gaps.config);
  }

  void look_for_gone_images(const PodView& pod)
  {
    if (pod.finished || may_stay(pod)) return;
    for (const auto& container : pod.containers) {
      std::set<std::string> digests;
      collect_digests(container.image, digests);
      for (const auto& argument : container.arguments) collect_digests(argument, digests);
      if (const auto* status = pod.status(container.name)) collect_digests(status->image_id, digests);
      const bool ours = std::any_of(digests.begin(), digests.end(),
                                    [&](const auto& d) { return m_expectation.gone_images.contains(d); });
      if (ours) add(fmt::format("pod {} container {} still uses an image under test", pod.name, container.name));
    }
  }

  const World& m_world;
  const Expectation& m_expectation;
  const std::string& m_nspace;
  Gaps m_gaps;
};

} // namespace

std::string Gaps::summary() const
{
  return fmt::format("{}/{} InstallerSets, {}/{} workloads, TektonConfig {}", sets_ready, sets, workloads_ready,
                     workloads, config.empty() ? "Ready" : config);
}

Gaps find_gaps(const World& world, const Expectation& expectation, const std::string& nspace)
{
  return Finder(world, expectation, nspace).find();
}

} // namespace streamgate::tekton_operator
