// SPDX-License-Identifier: Apache-2.0
#include "leases.hpp"

#include "base/log.hpp"

#include <set>

namespace streamgate::tekton_operator {

namespace {

Status free_held(const kube::Client& client, const std::string& nspace,
                 const std::function<bool(const std::string&)>& ours)
{
  // The leases first: a pod that takes one after this is there when the pods are read.
  SG_TRY_ASSIGN(const auto leases, client.list(kube::k_leases, nspace));
  SG_TRY_ASSIGN(const auto pods, client.list(kube::k_pods, nspace));
  std::set<std::string> there;
  for (const auto& item : pods.items) {
    if (const auto pod = pod_view(item); !pod.finished) there.insert(pod.name);
  }
  for (const auto& item : leases.items) {
    const auto lease = lease_view(item);
    if (lease.pod.empty() || there.contains(lease.pod) || !ours(lease.pod)) continue;
    const auto removed = client.remove(kube::k_leases, {nspace, lease.name},
                                       {.uid = lease.uid, .resource_version = lease.resource_version});
    if (removed) log::info("freed the lease {}, which the pod {} did not give back", lease.name, lease.pod);
    else if (removed.error().code != ErrorCode::conflict && removed.error().code != ErrorCode::not_found)
      return std::unexpected(removed.error());
  }
  return {};
}

} // namespace

LeaseView lease_view(const json::Value& object)
{
  const auto holder = json::text(object, {"spec", "holderIdentity"});
  const auto text = [&](const char* member) { return std::string(json::text(object, {"metadata", member})); };
  return {text("name"), text("uid"), text("resourceVersion"), std::string(holder.substr(0, holder.find('_')))};
}

void free_leases(const kube::Client& client, const std::string& nspace,
                 const std::function<bool(const std::string& pod)>& ours)
{
  const auto freed = free_held(client, nspace, ours);
  if (!freed) log::info("leases of namespace {} are left to run out: {}", nspace, freed.error().text());
}

} // namespace streamgate::tekton_operator
