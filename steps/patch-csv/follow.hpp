// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/step.hpp"
#include "operator/site.hpp"
#include "operator/views.hpp"
#include "operator/world.hpp"
#include "patch.hpp"

#include <optional>
#include <string>
#include <vector>

// Waiting for OLM: until it lets the CSV be changed, and until the operator's Deployment carries the change.
namespace streamgate::patch_csv {

// What the CSV's status says.
struct CsvStatus {
  std::string phase, reason, message;
};
CsvStatus csv_status(const json::Value& csv);

enum class Verdict { good, wait, hopeless };

// Return whether OLM propagates a change now (Succeeded), may soon (Pending, InstallReady, Installing ...), or will not
// by itself (Failed, Unknown, Replacing, Deleting).
Verdict judge_phase(const std::string& phase);

// What a follower needs to reach the target and to stop in time.
struct Target {
  const kube::Client& client;
  const Cancel& cancel;
  SteadyTime deadline;
};

// Read the CSV. Error: not_found naming it.
Result<json::Document> read_csv(const kube::Client& client, const record::OperatorSite& site);

// Wait until the CSV's phase is Succeeded and return the CSV as it is then. Errors: unavailable with the CSV's reason
// and message for a hopeless phase on the way to `to_after` (a way back waits for better times), timeout, not_found
// when the CSV is gone.
Result<json::Document> wait_for_csv(const Target& target, const record::OperatorSite& site, Direction direction);

// Write the changes that are pending in that direction, each only over the value that it is known to have. Returns how
// the entries stood before. Errors: conflict when the CSV was changed in between time and again; those of wait_for_csv.
Result<Standing> write_changes(const Target& target, const record::OperatorSite& site,
                               const std::vector<record::EnvChange>& changes, Direction direction);

// A value that the operator's pods must have.
struct WantedEnv {
  std::string key;
  std::string value;
};

// Return what the operator's Deployment still lacks, or "" when its pods all run with the wanted values.
std::string follow_gap(const tekton_operator::WorkloadView* deployment,
                       const std::vector<const tekton_operator::PodView*>& pods, const record::OperatorSite& site,
                       const std::vector<WantedEnv>& wanted);

// Wait until the Deployment carries the values, is rolled out and no old pod of it is left: an old operator that still
// leads would put the old images back. Returns the operator's pods. Error: timeout saying what did not follow and why.
Result<std::vector<tekton_operator::PodView>> wait_for_operator(const Target& target, const record::OperatorSite& site,
                                                                const std::vector<WantedEnv>& wanted);

// Have the operator's pods made once more. A rollout starts them beside the old ones, which still lead, and they ask
// again only after 10 to 22 s (client-go's jitter on Knative's retry period, once a reconciler); a pod made when nobody
// leads is the leader at once. Nothing but that time is lost where it cannot be done.
void renew_operator(const Target& target, const std::vector<tekton_operator::PodView>& pods);

} // namespace streamgate::patch_csv
