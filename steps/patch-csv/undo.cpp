// SPDX-License-Identifier: Apache-2.0
#include "undo.hpp"

#include "base/time.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>

namespace streamgate::patch_csv {

namespace {

constexpr std::size_t k_label_limit = 63;
constexpr const char* k_looking = "looking for the way back on the target";
constexpr const char* k_label_selector = "app.kubernetes.io/managed-by=streamgate";

bool same_plan(const Undo& a, const Undo& b)
{
  if (a.changes.size() != b.changes.size()) return false;
  for (std::size_t i = 0; i < a.changes.size(); ++i) {
    if (a.changes[i].key != b.changes[i].key || a.changes[i].after != b.changes[i].after) return false;
  }
  return a.site.csv == b.site.csv && a.site.deployment == b.site.deployment && a.site.container == b.site.container;
}

std::string restore_command(const std::string& nspace, const std::string& run)
{
  return fmt::format("patch-csv --restore --operator-namespace {} --run {}", nspace, run);
}

Result<std::optional<StoredUndo>> undo_in(const kube::Client& client, const std::string& nspace)
{
  auto config_map = client.get(kube::k_config_maps, {nspace, k_undo_name});
  if (!config_map && config_map.error().code == ErrorCode::not_found) return std::optional<StoredUndo>();
  if (!config_map) return std::unexpected(std::move(config_map.error()).during(k_looking));
  SG_TRY_ASSIGN(auto stored, parse_undo(*config_map));
  return std::optional(std::move(stored));
}

} // namespace

Undo make_undo(const record::Deploy& deploy, const record::Plan& plan)
{
  Undo undo{1, deploy.run, to_rfc3339(wall_now()), deploy.site, deploy.changes, {}};
  for (const auto& component : plan.components) undo.components.push_back({component.name, component.created_by});
  return undo;
}

std::string label_value(const std::string& run)
{
  std::string out;
  for (const char c : run.substr(0, k_label_limit)) {
    const bool good = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
    out += good ? c : '-';
  }
  const auto is_edge = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; };
  while (!out.empty() && is_edge(out.back())) out.pop_back();
  while (!out.empty() && is_edge(out.front())) out.erase(out.begin());
  return out;
}

std::string undo_config_map(const Undo& undo)
{
  return fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":{},"namespace":{},"labels":)"
                     R"({{"app.kubernetes.io/managed-by":"streamgate","streamgate.dev/run":{}}}}},"data":{{{}:{}}}}})",
                     json::quote(k_undo_name), json::quote(undo.site.nspace), json::quote(label_value(undo.run)),
                     json::quote(k_undo_key), json::quote(to_pretty_json(undo)));
}

Result<StoredUndo> parse_undo(const json::Value& config_map)
{
  const auto nspace = std::string(json::text(config_map, {"metadata", "namespace"}));
  const auto what = fmt::format("ConfigMap {}/{}", nspace, k_undo_name);
  const auto hint = fmt::format("look at it with: kubectl get configmap -n {} {} -o yaml", nspace, k_undo_name);
  const auto text = json::text(config_map, {"data", k_undo_key});
  if (text.empty()) return fail(ErrorCode::bad_input, what + " has no " + k_undo_key, hint);
  auto document = json::parse(text, what);
  if (!document) return std::unexpected(std::move(document.error()).advise(hint));
  auto undo = from_json<Undo>(*document, what);
  if (!undo) return std::unexpected(std::move(undo.error()).advise(hint));
  if (json::integer(*document, {"schema_version"}) != 1) {
    return fail(ErrorCode::bad_input, what + ": schema_version is not 1",
                "restore with the version of Streamgate that wrote it");
  }
  if (undo->run.empty() || undo->site.csv.empty() || undo->site.deployment.empty() || undo->site.container.empty() ||
      undo->site.nspace != nspace) {
    return fail(ErrorCode::bad_input, what + " does not name run, CSV, deployment, container and its own namespace",
                hint);
  }
  return StoredUndo{nspace, std::string(json::text(config_map, {"metadata", "uid"})), std::move(*undo)};
}

Result<StoredUndo> claim(const kube::Client& client, const Undo& undo)
{
  auto created = client.create(kube::k_config_maps, undo.site.nspace, undo_config_map(undo));
  if (created) return parse_undo(*created);
  if (created.error().code != ErrorCode::conflict) {
    return std::unexpected(std::move(created.error()).during("writing the way back before the first change"));
  }
  SG_TRY_ASSIGN(const auto there, during(client.get(kube::k_config_maps, {undo.site.nspace, k_undo_name}),
                                         "reading who holds the target"));
  SG_TRY_ASSIGN(auto stored, parse_undo(there));
  if (stored.undo.run != undo.run) {
    return fail(ErrorCode::conflict,
                fmt::format("the target is held by run {} since {} (ConfigMap {}/{})", stored.undo.run,
                            stored.undo.time, stored.nspace, k_undo_name),
                fmt::format("wait until that run has ended; if it is dead, free the target with: {}",
                            restore_command(stored.nspace, stored.undo.run)));
  }
  if (!same_plan(stored.undo, undo)) {
    return fail(ErrorCode::conflict, fmt::format("run {} has already changed the target in another way", undo.run),
                "restore first: " + restore_command(stored.nspace, stored.undo.run));
  }
  return stored;
}

Result<std::optional<StoredUndo>> find_undo(const kube::Client& client, const tekton_operator::SiteWish& wish)
{
  if (!wish.nspace.empty()) return undo_in(client, wish.nspace);
  auto list = client.list(kube::k_config_maps, "",
                          {.labels = k_label_selector, .fields = fmt::format("metadata.name={}", k_undo_name)});
  if (!list && list.error().code == ErrorCode::forbidden) {
    if (const auto site = tekton_operator::find_site(client, wish)) return undo_in(client, site->nspace);
    return std::unexpected(std::move(list.error())
                               .during(k_looking)
                               .advise("give --operator-namespace, or allow the account to list ConfigMaps"));
  }
  if (!list) return std::unexpected(std::move(list.error()).during(k_looking));
  if (list->items.empty()) return std::optional<StoredUndo>();
  if (list->items.size() > 1) {
    std::vector<std::string> places;
    for (const auto& item : list->items) places.emplace_back(json::text(item, {"metadata", "namespace"}));
    return fail(
        ErrorCode::ambiguous,
        fmt::format("{} ConfigMaps {} on the target, in {}", places.size(), k_undo_name, fmt::join(places, ", ")),
        "say which by --operator-namespace");
  }
  SG_TRY_ASSIGN(auto stored, parse_undo(list->items.front()));
  return std::optional(std::move(stored));
}

Status remove_undo(const kube::Client& client, const StoredUndo& stored)
{
  auto removed = client.remove(kube::k_config_maps, {stored.nspace, k_undo_name}, {.uid = stored.uid});
  // A second restore that ran beside this one may have been faster.
  if (!removed && removed.error().code != ErrorCode::not_found) {
    return std::unexpected(std::move(removed.error()).during("deleting the record of the way back"));
  }
  return {};
}

} // namespace streamgate::patch_csv
