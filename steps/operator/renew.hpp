// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operator/world.hpp"

// Other IMAGE_* values do not change an operator's InstallerSets: it compares the hash of the component's spec alone
// (verifyMeta in tektoncd/operator, pkg/reconciler/kubernetes/tektoninstallerset/client/check.go). Two ways to make it
// take them over: to delete the sets, or to change that hash, whereupon it writes them anew in place (updateMainSets)
// and the component goes on working meanwhile.
namespace streamgate::tekton_operator {

struct Renewal {
  std::size_t marked = 0;
  std::size_t deleted = 0;

  // "marked 2 InstallerSets"
  std::string text() const;
};

// Have the operator make these sets anew: those of an owner in place when all of them have a hash and may be changed,
// else by deleting them. Each only if it still has its UID; a set that is gone is good.
Result<Renewal> renew_sets(const kube::Client& client, const std::vector<const SetView*>& sets);
Status delete_sets(const kube::Client& client, const std::vector<const SetView*>& sets);

// Run `loop`, which tells `world`, until the operator has written the owners' marked sets anew. When it has not after
// 90 s, or half of the time that is left, all main sets of such an owner are deleted: of one that is left alone the
// operator makes nothing good.
Status await_renewal(const kube::Client& client, kube::Loop& loop, const World& world,
                     const std::vector<std::string>& owners, SteadyTime deadline);

} // namespace streamgate::tekton_operator
