// SPDX-License-Identifier: Apache-2.0
#include "operator/renew.hpp"

#include "base/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace streamgate::tekton_operator {

namespace {

// An operator that was killed hard is followed by one that leads only when the lease of the first has run out: 60 s and
// a retry period of 10 s with knative's defaults.
constexpr Duration k_patience = std::chrono::seconds(90);

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

// Mark the sets of one owner; false when one of them cannot be. The operator looks at the hash of the first by name
// alone, and then writes all of them: so that one is marked last.
Result<bool> mark_all(const kube::Client& client, std::vector<const SetView*> sets)
{
  const auto unhashed = [](const SetView* set) { return set->hash.empty(); };
  if (std::any_of(sets.begin(), sets.end(), unhashed)) return false;
  std::sort(sets.begin(), sets.end(), [](const SetView* a, const SetView* b) { return a->name > b->name; });
  for (const auto* set : sets) {
    auto marked = mark(client, *set);
    if (!marked && marked.error().code == ErrorCode::forbidden) return false;
    if (!marked) return std::unexpected(std::move(marked.error()));
  }
  return true;
}

bool is_marked(const SetView* set)
{
  return set->hash == k_marker && !set->deleting;
}

// The main sets of the owners of which one is still marked.
std::vector<const SetView*> unwritten(const World& world, const std::vector<std::string>& owners)
{
  std::vector<const SetView*> out;
  for (const auto& owner : owners) {
    const auto mains = main_sets(world, owner);
    if (std::any_of(mains.begin(), mains.end(), is_marked)) out.insert(out.end(), mains.begin(), mains.end());
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

std::string Renewal::text() const
{
  std::string out;
  if (marked > 0) out = fmt::format("marked {} InstallerSets", marked);
  if (deleted > 0) out += fmt::format("{}deleted {} InstallerSets", out.empty() ? "" : " and ", deleted);
  return out;
}

Result<Renewal> renew_sets(const kube::Client& client, const std::vector<const SetView*>& sets)
{
  std::map<std::string, std::vector<const SetView*>> by_owner;
  for (const auto* set : sets) by_owner[set->created_by].push_back(set);
  Renewal out;
  for (const auto& [owner, of_owner] : by_owner) {
    SG_TRY_ASSIGN(const bool marked, mark_all(client, of_owner));
    if (!marked) SG_TRY(delete_sets(client, of_owner));
    (marked ? out.marked : out.deleted) += of_owner.size();
  }
  return out;
}

Status await_renewal(const kube::Client& client, kube::Loop& loop, const World& world,
                     const std::vector<std::string>& owners, SteadyTime deadline)
{
  const auto now = std::chrono::steady_clock::now();
  const auto until = std::min(now + k_patience, now + (deadline - now) / 2);
  auto status = loop.run(
      until, [&] { return world.synced() && unwritten(world, owners).empty(); },
      [](Duration so_far) {
        log::info("waiting for the operator to write its InstallerSets anew, {} so far", to_text(so_far));
      });
  if (status) return {};
  if (status.error().code != ErrorCode::timeout)
    return std::unexpected(std::move(status.error()).during("waiting for the operator's InstallerSets"));
  const auto sets = unwritten(world, owners);
  SG_TRY(delete_sets(client, sets));
  log::info("deleted {} InstallerSets, because the operator did not write them anew", sets.size());
  return {};
}

} // namespace streamgate::tekton_operator
