// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kube/client.hpp"
#include "operator/world.hpp"

#include <vector>

namespace streamgate::wait_reconcile {

// End the Deployments of sets that are being deleted, with their ReplicaSets and pods, as the operator does when it
// comes to it, but at once and with 10 s for a pod to end: Tekton's webhook serves on for its whole 30 s, and a kubelet
// that has begun to end a pod does not take less. Only time is lost where it cannot be done: what is left, the operator
// deletes.
void end_workloads(const kube::Client& client, const tekton_operator::World& world,
                   const std::vector<tekton_operator::SetView>& sets);

} // namespace streamgate::wait_reconcile
