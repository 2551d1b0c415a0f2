// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kube/client.hpp"
#include "record/deploy.hpp"

#include <optional>
#include <string>
#include <vector>

// Finding the container in a ClusterServiceVersion whose environment says which images the operator deploys.
namespace streamgate::tekton_operator {

inline constexpr std::string_view k_image_prefix = "IMAGE_";

// The ConfigMap beside the operator's CSV that holds the way back. Who made it holds the target until it is deleted.
inline constexpr const char* k_undo_name = "streamgate-restore";

// Narrows the search; empty members do not.
struct SiteWish {
  std::string nspace = {};
  std::string csv = {};
  std::string container = {};
};

// Choose among all CSVs the one container that carries IMAGE_PIPELINES_* (or, where none does, any IMAGE_*). Copies
// that OLM made in other namespaces never count. Errors: not_found, ambiguous; both list what was seen.
Result<record::OperatorSite> choose_site(const std::vector<json::Document>& csvs, const SiteWish& wish);

// List the CSVs of the cluster (of one namespace when the wish names it) and choose.
Result<record::OperatorSite> find_site(const kube::Client& client, const SiteWish& wish);

// Return the UID of the ConfigMap by which a run holds the target; "" when nobody holds it.
Result<std::string> claim_of(const kube::Client& client, const record::OperatorSite& site);

// One entry of a container's env.
struct EnvEntry {
  std::size_t index = 0;
  std::string name;
  std::optional<std::string> value; // nothing: the entry has no `value`
  bool from_elsewhere = false;      // valueFrom
};

// Where a site's container is in a CSV of today, and its env.
struct SitePlace {
  std::size_t deployment = 0;
  std::size_t container = 0;
  std::vector<EnvEntry> env;
  std::string strategy = {}; // of the deployment, as JSON; "" for none

  // JSON pointer of the deployment, the container, the deployment's strategy, an env entry.
  std::string deployment_path() const;
  std::string container_path() const;
  std::string strategy_path() const;
  std::string env_path(std::size_t index) const;
  // Return the entry, or nullptr.
  const EnvEntry* find(std::string_view name) const;
};

// Error: not_found when the CSV has no such deployment or container (any more).
Result<SitePlace> place_of(const json::Value& csv, const record::OperatorSite& site);

} // namespace streamgate::tekton_operator
