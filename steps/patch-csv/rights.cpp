// SPDX-License-Identifier: Apache-2.0
#include "rights.hpp"

#include "operator/world.hpp"
#include "undo.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace streamgate::patch_csv {

namespace {

// Verbs that are needed of one kind, or of one object.
struct Need {
  kube::Resource resource;
  kube::ObjectName object;
  std::vector<std::string> verbs;
};

// Of patching, following, proving and the way back; not those without which it only takes longer.
std::vector<Need> needs_of(const record::OperatorSite& site, const std::string& components)
{
  const auto& nspace = site.nspace;
  return {
      {kube::k_config_maps, {nspace, ""}, {"create"}},
      {kube::k_config_maps, {nspace, k_undo_name}, {"get", "delete"}},
      {kube::k_csvs, {nspace, site.csv}, {"get", "list", "watch", "patch"}},
      {kube::k_deployments, {nspace, site.deployment}, {"list", "watch"}},
      {kube::k_pods, {nspace, ""}, {"list", "watch"}},
      {kube::k_tekton_configs, {"", "config"}, {"get", "list", "watch"}},
      {kube::k_installer_sets, {}, {"list", "watch", "delete"}},
      {kube::k_mutating_webhooks, {}, {"list", "watch"}},
      {kube::k_validating_webhooks, {}, {"list", "watch"}},
      {kube::k_deployments, {components, ""}, {"list", "watch"}},
      {kube::k_replica_sets, {components, ""}, {"list", "watch"}},
      {kube::k_stateful_sets, {components, ""}, {"list", "watch"}},
      {kube::k_pods, {components, ""}, {"list", "watch"}},
      {kube::k_leases, {components, ""}, {"list", "watch"}},
  };
}

// "list, watch deployments.apps tekton-operator in namespace tekton-operator"
std::string text_of(const Need& need, const std::vector<std::string>& verbs)
{
  const auto& [nspace, name] = need.object;
  return fmt::format("{} {}{}{}{}{}{}", fmt::join(verbs, ", "), need.resource.plural,
                     need.resource.group.empty() ? "" : ".", need.resource.group, name.empty() ? "" : " " + name,
                     nspace.empty() ? "" : " in namespace ", nspace);
}

Result<std::vector<std::string>> missing_verbs(const kube::Client& client, const Need& need)
{
  std::vector<std::string> out;
  for (const auto& verb : need.verbs) {
    SG_TRY_ASSIGN(const bool may, during(client.may({verb, need.resource, need.object}),
                                         "asking what the account may do on the target"));
    if (!may) out.push_back(verb);
  }
  return out;
}

} // namespace

Status check_rights(const kube::Client& client, const record::OperatorSite& site)
{
  SG_TRY_ASSIGN(const auto config, tekton_operator::read_config(client));
  std::vector<std::string> texts;
  for (const auto& need : needs_of(site, config.target_namespace)) {
    SG_TRY_ASSIGN(const auto verbs, missing_verbs(client, need));
    if (!verbs.empty()) texts.push_back(text_of(need, verbs));
  }
  if (texts.empty()) return {};
  return fail(ErrorCode::forbidden,
              fmt::format("the account lacks rights on the target that a gate and its way back need, so nothing was "
                          "changed: {}",
                          fmt::join(texts, "; ")),
              "grant these rights; the README has the whole list");
}

} // namespace streamgate::patch_csv
