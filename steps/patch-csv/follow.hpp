// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/step.hpp"
#include "operator/rollout.hpp"
#include "operator/site.hpp"
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

using tekton_operator::Following;

// Wait until the operator has followed its CSV that far. Error: timeout saying what did not follow and why.
Status wait_for_operator(const Target& target, const record::OperatorSite& site,
                         std::vector<tekton_operator::WantedEnv> wanted, Following until);

// Give the operator's Deployment the strategy back that it had before; nothing where somebody else changed it. Errors:
// those of write_changes.
Status write_strategy(const Target& target, const record::OperatorSite& site);

} // namespace streamgate::patch_csv
