// SPDX-License-Identifier: Apache-2.0
#include "operator/site.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace streamgate::tekton_operator {

namespace {

constexpr std::string_view k_pipelines_prefix = "IMAGE_PIPELINES_";

struct Candidate {
  record::OperatorSite site;
  std::string phase;
  bool pipelines = false;

  std::string text() const
  {
    return fmt::format("{}/{} (deployment {}, container {}, phase {})", site.nspace, site.csv, site.deployment,
                       site.container, phase.empty() ? "none" : phase);
  }
};

// Return the elements of the array at `path`, or an empty list.
std::vector<const json::Value*> items(const json::Value& value, json::Path path)
{
  std::vector<const json::Value*> out;
  const auto* array = json::find(value, path);
  if (array == nullptr || !array->IsArray()) return out;
  for (const auto& item : array->GetArray()) out.push_back(&item);
  return out;
}

bool is_copy(const json::Value& csv)
{
  return json::find(csv, {"metadata", "labels", "olm.copiedFrom"}) != nullptr ||
         json::text(csv, {"status", "reason"}) == "Copied";
}

std::vector<EnvEntry> entries(const json::Value& container)
{
  std::vector<EnvEntry> out;
  for (const auto* entry : items(container, {"env"})) {
    const auto* value = json::find(*entry, {"value"});
    out.push_back({out.size(), std::string(json::text(*entry, {"name"})),
                   value != nullptr ? std::optional(std::string(json::text(*entry, {"value"}))) : std::nullopt,
                   json::find(*entry, {"valueFrom"}) != nullptr});
  }
  return out;
}

bool carries(const std::vector<EnvEntry>& env, std::string_view prefix)
{
  return std::any_of(env.begin(), env.end(), [&](const EnvEntry& entry) { return entry.name.starts_with(prefix); });
}

std::string strategy_of(const json::Value& deployment)
{
  const auto* strategy = json::find(deployment, {"spec", "strategy"});
  return strategy == nullptr ? "" : json::dump(*strategy);
}

void add_candidates(const json::Value& csv, std::vector<Candidate>& to)
{
  for (const auto* deployment : items(csv, {"spec", "install", "spec", "deployments"})) {
    for (const auto* container : items(*deployment, {"spec", "template", "spec", "containers"})) {
      const auto env = entries(*container);
      if (!carries(env, k_image_prefix)) continue;
      record::OperatorSite site{
          std::string(json::text(csv, {"metadata", "namespace"})), std::string(json::text(csv, {"metadata", "name"})),
          std::string(json::text(csv, {"metadata", "uid"})),       std::string(json::text(*deployment, {"name"})),
          std::string(json::text(*container, {"name"})),           strategy_of(*deployment)};
      to.push_back(
          {std::move(site), std::string(json::text(csv, {"status", "phase"})), carries(env, k_pipelines_prefix)});
    }
  }
}

bool fits(const record::OperatorSite& site, const SiteWish& wish)
{
  return (wish.nspace.empty() || wish.nspace == site.nspace) && (wish.csv.empty() || wish.csv == site.csv) &&
         (wish.container.empty() || wish.container == site.container);
}

std::string list_text(const std::vector<Candidate>& candidates)
{
  std::vector<std::string> texts;
  for (const auto& candidate : candidates) texts.push_back(candidate.text());
  return fmt::format("{}", fmt::join(texts, "; "));
}

std::string wish_text(const SiteWish& wish)
{
  std::string out;
  if (!wish.nspace.empty()) out += " in namespace " + wish.nspace;
  if (!wish.csv.empty()) out += " named " + wish.csv;
  if (!wish.container.empty()) out += " with container " + wish.container;
  return out;
}

std::unexpected<Error> none_found(const std::vector<json::Document>& csvs, const std::vector<Candidate>& all,
                                  const SiteWish& wish)
{
  if (!all.empty()) {
    return fail(ErrorCode::not_found,
                fmt::format("no operator's ClusterServiceVersion{}; there is {}", wish_text(wish), list_text(all)),
                "check --csv, --operator-namespace and --operator-container");
  }
  std::vector<std::string> names;
  for (const auto& csv : csvs) {
    if (is_copy(csv)) continue;
    names.push_back(
        fmt::format("{}/{}", json::text(csv, {"metadata", "namespace"}), json::text(csv, {"metadata", "name"})));
  }
  return fail(ErrorCode::not_found,
              fmt::format("no ClusterServiceVersion{} has a container with IMAGE_* in its environment; seen: {}",
                          wish_text(wish),
                          names.empty() ? std::string("no ClusterServiceVersion at all")
                                        : fmt::format("{}", fmt::join(names, ", "))),
              "install the Tekton operator by OLM on the target, or check that the kubeconfig is the target's");
}

} // namespace

Result<record::OperatorSite> choose_site(const std::vector<json::Document>& csvs, const SiteWish& wish)
{
  std::vector<Candidate> all;
  for (const auto& csv : csvs) {
    if (!is_copy(csv)) add_candidates(csv, all);
  }
  std::vector<Candidate> fitting;
  std::copy_if(all.begin(), all.end(), std::back_inserter(fitting),
               [&](const Candidate& c) { return fits(c.site, wish); });
  // Other operators carry IMAGE_* too; Tekton's always has at least one for Pipelines.
  if (std::any_of(fitting.begin(), fitting.end(), [](const Candidate& c) { return c.pipelines; })) {
    std::erase_if(fitting, [](const Candidate& c) { return !c.pipelines; });
  }
  if (fitting.empty()) return none_found(csvs, all, wish);
  if (fitting.size() > 1) {
    return fail(ErrorCode::ambiguous,
                fmt::format("{} containers could be the operator's: {}", fitting.size(), list_text(fitting)),
                "say which by --csv, --operator-namespace or --operator-container");
  }
  return fitting.front().site;
}

Result<record::OperatorSite> find_site(const kube::Client& client, const SiteWish& wish)
{
  auto csvs = client.list(kube::k_csvs, wish.nspace, {.labels = "!olm.copiedFrom", .page = 50});
  if (!csvs) {
    auto error = std::move(csvs.error()).during("looking for the operator's ClusterServiceVersion");
    if (error.code == ErrorCode::forbidden) {
      error = std::move(error).advise("allow the account to list clusterserviceversions, or give --operator-namespace");
    } else if (error.code == ErrorCode::not_found) {
      error = std::move(error).advise("the target has no OLM; check that the kubeconfig is the target's");
    }
    return std::unexpected(std::move(error));
  }
  return choose_site(csvs->items, wish);
}

std::string SitePlace::deployment_path() const
{
  return fmt::format("/spec/install/spec/deployments/{}", deployment);
}

std::string SitePlace::container_path() const
{
  return fmt::format("{}/spec/template/spec/containers/{}", deployment_path(), container);
}

std::string SitePlace::strategy_path() const
{
  return deployment_path() + "/spec/strategy";
}

std::string SitePlace::env_path(std::size_t index) const
{
  return fmt::format("{}/env/{}", container_path(), index);
}

const EnvEntry* SitePlace::find(std::string_view name) const
{
  const auto found = std::find_if(env.begin(), env.end(), [&](const EnvEntry& entry) { return entry.name == name; });
  return found == env.end() ? nullptr : &*found;
}

Result<SitePlace> place_of(const json::Value& csv, const record::OperatorSite& site)
{
  const auto deployments = items(csv, {"spec", "install", "spec", "deployments"});
  for (std::size_t d = 0; d < deployments.size(); ++d) {
    if (json::text(*deployments[d], {"name"}) != site.deployment) continue;
    const auto containers = items(*deployments[d], {"spec", "template", "spec", "containers"});
    for (std::size_t c = 0; c < containers.size(); ++c) {
      if (json::text(*containers[c], {"name"}) == site.container)
        return SitePlace{d, c, entries(*containers[c]), strategy_of(*deployments[d])};
    }
  }
  return fail(ErrorCode::not_found, fmt::format("ClusterServiceVersion {}/{} has no deployment {} with a container {}",
                                                site.nspace, site.csv, site.deployment, site.container));
}

Result<std::string> claim_of(const kube::Client& client, const record::OperatorSite& site)
{
  const auto config_map = client.get(kube::k_config_maps, {site.nspace, k_undo_name});
  if (config_map) return std::string(json::text(*config_map, {"metadata", "uid"}));
  if (config_map.error().code == ErrorCode::not_found) return std::string();
  return during(Result<std::string>(std::unexpected(config_map.error())), "looking who holds the target");
}

} // namespace streamgate::tekton_operator
