// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operator/site.hpp"
#include "record/deploy.hpp"

#include <optional>
#include <string>
#include <vector>

// What is to be written into the CSV, and whether it may be.
namespace streamgate::patch_csv {

// How the CSV's entries stand to a list of changes.
struct Standing {
  std::vector<record::EnvChange> pending; // hold the value from before
  std::vector<record::EnvChange> done;    // hold our value
  // Hold neither, or are not there: somebody else changed them. `after` is what they hold now.
  std::vector<record::EnvChange> foreign;
};
Standing standing_of(const std::vector<record::EnvChange>& changes, const tekton_operator::SitePlace& place);

// Say of each foreign entry what it holds: "IMAGE_X holds 'a', neither 'b' nor 'c'".
std::string foreign_text(const Standing& standing, const std::vector<record::EnvChange>& changes);

enum class Direction { to_after, to_before };

// The operator's old pod ends before the new one starts. In a rollout the new one would ask for the leases while the
// old one has them, and then only after 10 to 22 s again (client-go's jitter on Knative's retry period).
inline constexpr const char* k_recreate = R"({"type":"Recreate"})";

// Print the JSON patch that writes `changes`, to_after with the strategy Recreate. It fails as a whole when the CSV is
// another one, its phase is no longer `phase`, a name has moved, or a value is not the one from before (for to_before:
// ours).
std::string patch_body(const record::OperatorSite& site, const tekton_operator::SitePlace& place,
                       const std::string& uid, const std::string& phase, const std::vector<record::EnvChange>& changes,
                       Direction direction);

// Print the JSON patch that gives the strategy back, guarded likewise; "" when it is not ours (any more).
std::string strategy_body(const record::OperatorSite& site, const tekton_operator::SitePlace& place,
                          const std::string& uid, const std::string& phase);

} // namespace streamgate::patch_csv
