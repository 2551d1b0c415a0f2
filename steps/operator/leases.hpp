// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operator/world.hpp"

#include <functional>
#include <string>

// Who leads. A controller gives its leases back when it is told to end; one that could not (it was killed, its roles
// were gone, or a renewal came in between) is followed by one that leads only when they have run out, after a minute.
namespace streamgate::tekton_operator {

struct LeaseView {
  std::string name, uid, resource_version;
  std::string pod; // that holds it, of "<pod>_<uuid>" as client-go and Knative name a candidate; "" when nobody does
};
LeaseView lease_view(const json::Value& object);

using Leases = Store<LeaseView>;

// Delete the leases of a namespace that a pod holds which is gone, of those pods whose name is `ours`. Only a minute is
// lost where it cannot be done.
void free_leases(const kube::Client& client, const std::string& nspace,
                 const std::function<bool(const std::string& pod)>& ours);

} // namespace streamgate::tekton_operator
