// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operator/world.hpp"
#include "record/deploy.hpp"

#include <string>
#include <vector>

namespace streamgate::tekton_operator {

// A value that the operator's pods must have.
struct WantedEnv {
  std::string key;
  std::string value;
};

// The values that a run gives.
std::vector<WantedEnv> wanted_after(const std::vector<record::EnvChange>& changes);

// How far the operator has followed its CSV: `replaced` when the Deployment carries the wanted values and no pod
// without them is left, so that nobody can put the other images back; `complete` when the Deployment is rolled out,
// too.
enum class Following { replaced, complete };

// The operator's own Deployment and pods, by watch.
class Rollout {
public:
  Rollout(record::OperatorSite site, std::vector<WantedEnv> wanted);

  void watch(kube::Loop& loop);
  // Return what is still lacking and why, or "".
  std::string gap(Following until) const;

private:
  record::OperatorSite m_site;
  std::vector<WantedEnv> m_wanted;
  Store<WorkloadView> m_deployments;
  Store<PodView> m_pods;
};

// Return what the Deployment (nullptr: there is none) and these pods still lack, or "".
std::string rollout_gap(const WorkloadView* deployment, const std::vector<const PodView*>& pods,
                        const record::OperatorSite& site, const std::vector<WantedEnv>& wanted, Following until);

} // namespace streamgate::tekton_operator
