// SPDX-License-Identifier: Apache-2.0
#include "rollout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace streamgate::tekton_operator {

namespace {

std::optional<std::string> env_value(const std::vector<ContainerView>& containers, const std::string& container,
                                     const std::string& key)
{
  for (const auto& item : containers) {
    if (item.name != container) continue;
    for (const auto& [name, value] : item.env) {
      if (name == key) return value;
    }
  }
  return std::nullopt;
}

// Return the first key that does not hold what it must, or "".
std::string differing_key(const std::vector<ContainerView>& containers, const record::OperatorSite& site,
                          const std::vector<WantedEnv>& wanted)
{
  const auto found = std::find_if(wanted.begin(), wanted.end(), [&](const WantedEnv& w) {
    return env_value(containers, site.container, w.key) != w.value;
  });
  return found == wanted.end() ? std::string() : found->key;
}

} // namespace

std::vector<WantedEnv> wanted_after(const std::vector<record::EnvChange>& changes)
{
  std::vector<WantedEnv> out;
  for (const auto& change : changes) out.push_back({change.key, change.after});
  return out;
}

std::string rollout_gap(const WorkloadView* deployment, const std::vector<const PodView*>& pods,
                        const record::OperatorSite& site, const std::vector<WantedEnv>& wanted, Following until)
{
  const auto name = fmt::format("Deployment {}/{}", site.nspace, site.deployment);
  if (deployment == nullptr) return name + " does not exist";
  if (const auto key = differing_key(deployment->containers, site, wanted); !key.empty()) {
    return fmt::format("OLM has not given {} to {}", key, name);
  }
  std::string trouble;
  std::string old;
  for (const auto* pod : pods) {
    if (pod->finished || !deployment->selector.matches(pod->labels)) continue;
    if (!differing_key(pod->containers, site, wanted).empty()) old = pod->name;
    else if (auto text = pod_trouble(*pod); !text.empty()) trouble += fmt::format("; pod {} {}", pod->name, text);
  }
  if (until == Following::complete && !deployment->rollout.empty())
    return fmt::format("{}: {}{}", name, deployment->rollout, trouble);
  if (!old.empty()) return fmt::format("{}: old pod {} still there", name, old);
  return {};
}

Rollout::Rollout(record::OperatorSite site, std::vector<WantedEnv> wanted)
    : m_site(std::move(site)), m_wanted(std::move(wanted)),
      m_deployments([](const json::Value& object) { return workload_view(object, "Deployment"); }), m_pods(pod_view)
{
}

void Rollout::watch(kube::Loop& loop)
{
  loop.watch(kube::k_deployments, m_site.nspace, {.fields = "metadata.name=" + m_site.deployment}, m_deployments);
  loop.watch(kube::k_pods, m_site.nspace, {}, m_pods);
}

std::string Rollout::gap(Following until) const
{
  if (!m_deployments.synced() || !m_pods.synced()) return "not all objects of the operator have been read yet";
  std::vector<const PodView*> pods;
  for (const auto& [key, pod] : m_pods.all()) pods.push_back(&pod);
  const auto& deployments = m_deployments.all();
  return rollout_gap(deployments.empty() ? nullptr : &deployments.begin()->second, pods, m_site, m_wanted, until);
}

} // namespace streamgate::tekton_operator
