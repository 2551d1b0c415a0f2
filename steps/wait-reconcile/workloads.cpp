// SPDX-License-Identifier: Apache-2.0
#include "workloads.hpp"

#include "base/log.hpp"

#include <algorithm>

namespace streamgate::wait_reconcile {

namespace {

using tekton_operator::WorkloadView;
using tekton_operator::World;

constexpr int k_grace = 10;

// Deletes until it may not.
class Remover {
public:
  explicit Remover(const kube::Client& client) : m_client(client) {}

  void remove(const kube::Resource& resource, const kube::ObjectName& name, const kube::DeleteOptions& options)
  {
    if (m_refused) return;
    const auto removed = m_client.remove(resource, name, options);
    if (removed || removed.error().code == ErrorCode::not_found || removed.error().code == ErrorCode::conflict) return;
    m_refused = true;
    log::info("the old workloads are left to the operator: {}", removed.error().text());
  }

private:
  const kube::Client& m_client;
  bool m_refused = false;
};

// From the top, so that nothing makes anew what is deleted below it; and without a pause, because the garbage
// collector, which follows, gives each pod its whole time.
void end_deployment(Remover& remover, const World& world, const std::string& nspace, const WorkloadView& deployment)
{
  remover.remove(kube::k_deployments, {nspace, deployment.id.name}, {.uid = deployment.uid});
  for (const auto& [key, set] : world.replica_sets.all()) {
    if (set.owner != deployment.uid) continue;
    remover.remove(kube::k_replica_sets, {key.first, key.second}, {.uid = set.uid});
    for (const auto& [name, pod] : world.pods.all()) {
      if (pod.owner == set.uid)
        remover.remove(kube::k_pods, {pod.nspace, pod.name}, {.uid = pod.uid, .grace = k_grace});
    }
  }
}

} // namespace

void end_workloads(const kube::Client& client, const World& world, const std::vector<tekton_operator::SetView>& sets)
{
  Remover remover(client);
  for (const auto& set : sets) {
    for (const auto& [key, deployment] : world.deployments.all()) {
      if (deployment.owner == set.uid) end_deployment(remover, world, key.first, deployment);
    }
  }
}

std::vector<std::string> pods_of(const World& world, const std::vector<tekton_operator::SetView>& sets)
{
  std::vector<std::string> out;
  for (const auto& set : sets) {
    for (const auto& [key, deployment] : world.deployments.all()) {
      if (deployment.owner != set.uid) continue;
      const auto pods = tekton_operator::pods_of(world, deployment);
      for (const auto* pod : pods.current) out.push_back(pod->name);
      for (const auto* pod : pods.stray) out.push_back(pod->name);
    }
  }
  return out;
}

bool handed_on(const World& world, const tekton_operator::Leases& leases, const std::vector<std::string>& pods)
{
  return std::none_of(leases.all().begin(), leases.all().end(), [&](const auto& lease) {
    const auto holds = [&](const auto& pod) { return pod.second.name == lease.second.pod && !pod.second.finished; };
    return std::ranges::find(pods, lease.second.pod) != pods.end() &&
           std::any_of(world.pods.all().begin(), world.pods.all().end(), holds);
  });
}

} // namespace streamgate::wait_reconcile
