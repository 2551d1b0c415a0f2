// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kube/client.hpp"
#include "operator/leases.hpp"
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

// Return the names of the pods that run for these sets.
std::vector<std::string> pods_of(const tekton_operator::World& world,
                                 const std::vector<tekton_operator::SetView>& sets);

// Return true when none of these pods is both there and the holder of a lease. A pod gives its leases back when it is
// told to end, if it still has its roles then.
bool handed_on(const tekton_operator::World& world, const tekton_operator::Leases& leases,
               const std::vector<std::string>& pods);

} // namespace streamgate::wait_reconcile
