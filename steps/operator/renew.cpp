// SPDX-License-Identifier: Apache-2.0
#include "operator/renew.hpp"

#include "base/log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::tekton_operator {

namespace {

constexpr Duration k_patience = std::chrono::minutes(1);

// With a UID as precondition, "gone" and "another one by now" come back as errors; both are what is wanted.
template <class T>
Status unless_gone(Result<T>&& result, const std::string& what, const SetView& set)
{
  if (result || result.error().code == ErrorCode::not_found || result.error().code == ErrorCode::conflict) return {};
  return std::unexpected(std::move(result.error()).during(what + " TektonInstallerSet " + set.name));
}

Status mark(const kube::Client& client, const SetView& set)
{
  const auto body =
      fmt::format(R"({{"metadata":{{"uid":"{}","annotations":{{"{}":"{}"}}}}}})", set.uid, k_hash_annotation, k_marker);
  return unless_gone(client.patch(kube::k_installer_sets, {"", set.name}, kube::PatchType::merge, body), "changing",
                     set);
}

std::vector<const SetView*> marked_sets(const World& world, const std::vector<std::string>& owners)
{
  std::vector<const SetView*> out;
  for (const auto& owner : owners) {
    for (const auto* set : main_sets(world, owner)) {
      if (set->hash == k_marker && !set->deleting) out.push_back(set);
    }
  }
  return out;
}

} // namespace

Status delete_sets(const kube::Client& client, const std::vector<const SetView*>& sets)
{
  for (const auto* set : sets) {
    SG_TRY(unless_gone(client.remove(kube::k_installer_sets, {"", set->name}, {.uid = set->uid}), "deleting", *set));
  }
  return {};
}

Result<Renewal> renew_sets(const kube::Client& client, const std::vector<const SetView*>& sets)
{
  bool in_place = std::none_of(sets.begin(), sets.end(), [](const SetView* set) { return set->hash.empty(); });
  for (const auto* set : sets) {
    if (!in_place) break;
    auto marked = mark(client, *set);
    if (!marked && marked.error().code != ErrorCode::forbidden) return std::unexpected(std::move(marked.error()));
    in_place = marked.has_value();
  }
  if (in_place) return Renewal::marked;
  SG_TRY(delete_sets(client, sets));
  return Renewal::deleted;
}

Result<std::vector<SetView>> await_renewal(const kube::Client& client, kube::Loop& loop, const World& world,
                                           const std::vector<std::string>& owners, SteadyTime deadline)
{
  const auto now = std::chrono::steady_clock::now();
  const auto until = std::min(now + k_patience, now + (deadline - now) / 2);
  auto status = loop.run(
      until, [&] { return world.synced() && marked_sets(world, owners).empty(); },
      [](Duration so_far) {
        log::info("waiting for the operator to write its InstallerSets anew, {} so far", to_text(so_far));
      });
  std::vector<SetView> out;
  if (status) return out;
  if (status.error().code != ErrorCode::timeout)
    return std::unexpected(std::move(status.error()).during("waiting for the operator's InstallerSets"));
  for (const auto* set : marked_sets(world, owners)) out.push_back(*set);
  SG_TRY(delete_sets(client, marked_sets(world, owners)));
  log::info("deleted {} InstallerSets, because the operator did not write them anew", out.size());
  return out;
}

} // namespace streamgate::tekton_operator
