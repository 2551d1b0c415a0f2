// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kube/client.hpp"
#include "operator/world.hpp"

#include <string>
#include <vector>

namespace streamgate::wait_reconcile {

// End the Deployments of sets that are being deleted, with their ReplicaSets and pods, as the operator does when it
// comes to it, but at once and with 10 s for a pod to end: Tekton's webhook serves on for its whole 30 s, and a kubelet
// that has begun to end a pod does not take less. Only time is lost where it cannot be done: what is left, the operator
// deletes.
void end_workloads(const kube::Client& client, const tekton_operator::World& world,
                   const std::vector<tekton_operator::SetView>& sets);

// Who leads: a Lease of the components' namespace.
struct LeaseView {
  std::string nspace, name, uid, resource_version;
  std::string pod; // that holds it: "" when it was given back
};
LeaseView lease_view(const json::Value& object);
using Leases = tekton_operator::Store<LeaseView>;

// Return the names of the pods that run for these sets.
std::vector<std::string> pods_of(const tekton_operator::World& world,
                                 const std::vector<tekton_operator::SetView>& sets);

// Return true when none of these pods is both there and the holder of a lease. A pod gives its leases back when it is
// told to end, if it still has its roles then.
bool handed_on(const tekton_operator::World& world, const Leases& leases, const std::vector<std::string>& pods);

// Delete the leases that these pods hold, which are gone: the next ones would lead only when they have run out, after a
// minute. Only that time is lost where it cannot be done.
void free_leases(const kube::Client& client, const Leases& leases, const std::vector<std::string>& pods);

} // namespace streamgate::wait_reconcile
