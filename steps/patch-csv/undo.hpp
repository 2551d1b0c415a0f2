// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kube/client.hpp"
#include "operator/site.hpp"
#include "record/deploy.hpp"
#include "record/plan.hpp"

#include <optional>
#include <string>
#include <vector>

// The way back, kept on the target: a ConfigMap beside the operator's CSV, made before the first write.
namespace streamgate::patch_csv {

using tekton_operator::k_undo_name;
inline constexpr const char* k_undo_key = "record.json";

struct UndoComponent {
  std::string name;
  std::string created_by; // label operator.tekton.dev/created-by of its InstallerSets

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("created_by", self.created_by);
  }
};

struct Undo {
  std::int64_t schema_version = 1;
  std::string run;
  std::string time; // RFC 3339
  record::OperatorSite site;
  std::vector<record::EnvChange> changes;
  std::vector<UndoComponent> components;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("run", self.run);
    visit("time", self.time);
    visit("site", self.site);
    visit("changes", self.changes);
    visit("components", self.components);
  }
};

// An undo record as it is on the target.
struct StoredUndo {
  std::string nspace, uid;
  Undo undo;
};

// Return the way back of what a run changes.
Undo make_undo(const record::Deploy& deploy, const record::Plan& plan);

// Print the ConfigMap that holds `undo`.
std::string undo_config_map(const Undo& undo);

// Read a ConfigMap back. Error: bad_input for one that is not ours or that this version does not know.
Result<StoredUndo> parse_undo(const json::Value& config_map);

// A run's name as a label value: at most 63 of the allowed characters.
std::string label_value(const std::string& run);

// Write the way back. When the target holds one of the same run already (a retry), that one is returned: its `before`
// values are the true ones. Error: conflict naming the run that holds the target, and the command that frees it.
Result<StoredUndo> claim(const kube::Client& client, const Undo& undo);

// Find the record on the target: in the wish's namespace, else in all of them, or, for an account that may not list
// them, in that of the operator. Nothing when there is none. Error: ambiguous when several namespaces have one.
Result<std::optional<StoredUndo>> find_undo(const kube::Client& client, const tekton_operator::SiteWish& wish);

// Delete the record, if it is still this one.
Status remove_undo(const kube::Client& client, const StoredUndo& stored);

} // namespace streamgate::patch_csv
