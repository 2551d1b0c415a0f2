// SPDX-License-Identifier: Apache-2.0
#include "restore.hpp"

#include "base/log.hpp"
#include "operator/digest.hpp"
#include "operator/renew.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace streamgate::patch_csv {

namespace {

using tekton_operator::SetView;
using tekton_operator::World;

std::vector<std::string> owners_of(const Undo& undo)
{
  std::vector<std::string> out;
  for (const auto& component : undo.components) out.push_back(component.created_by);
  return out;
}

// The old values that stand in the CSV now; what somebody else set is not ours to wait for.
std::vector<tekton_operator::WantedEnv> wanted_before(const Undo& undo, const Standing& standing)
{
  std::vector<tekton_operator::WantedEnv> out;
  for (const auto& change : undo.changes) {
    const bool foreign = std::any_of(standing.foreign.begin(), standing.foreign.end(),
                                     [&](const auto& f) { return f.key == change.key; });
    if (!foreign) out.push_back({change.key, change.before.value_or("")});
  }
  return out;
}

bool asks_for(const SetView& set, const std::set<std::string>& digests)
{
  return std::any_of(set.digests.begin(), set.digests.end(), [&](const auto& d) { return digests.contains(d); });
}

// The main sets of every owner of which one asks for our images, but those that are on their way out.
Result<std::vector<SetView>> our_sets(const kube::Client& client, const Undo& undo,
                                      const std::set<std::string>& digests)
{
  SG_TRY_ASSIGN(const auto sets, tekton_operator::list_sets(client, owners_of(undo)));
  std::vector<const SetView*> all;
  for (const auto& set : sets) all.push_back(&set);
  std::vector<SetView> out;
  for (const auto& owner : owners_of(undo)) {
    const auto mains = tekton_operator::main_sets(all, owner);
    if (std::none_of(mains.begin(), mains.end(), [&](const SetView* set) { return asks_for(*set, digests); })) continue;
    for (const auto* set : mains) {
      if (!set->deleting) out.push_back(*set);
    }
  }
  return out;
}

Result<std::size_t> ask_for_old_images(const Target& target, const Undo& undo, const std::set<std::string>& digests)
{
  SG_TRY_ASSIGN(const auto ours, our_sets(target.client, undo, digests));
  if (ours.empty()) return 0;
  std::vector<const SetView*> sets;
  for (const auto& set : ours) sets.push_back(&set);
  SG_TRY_ASSIGN(const auto renewal, tekton_operator::renew_sets(target.client, sets));
  log::info("{}, so that the operator makes them with the old images", renewal.text());
  return ours.size();
}

Status wait_for_old_images(const Target& target, const Undo& undo, const std::set<std::string>& digests)
{
  SG_TRY_ASSIGN(const auto config, tekton_operator::read_config(target.client));
  const tekton_operator::Expectation expectation{
      .owners = owners_of(undo), .gone_images = digests, .leaving_may_stay = true};
  World world;
  kube::Loop loop(target.client, target.cancel);
  world.watch(loop, config.target_namespace, expectation.owners);
  SG_TRY(tekton_operator::await_renewal(target.client, loop, world, expectation.owners, target.deadline));
  const auto gaps = [&] { return tekton_operator::find_gaps(world, expectation, config.target_namespace); };
  auto status = loop.run(
      target.deadline, [&] { return gaps().none(); },
      [&](Duration so_far) {
        log::info("waiting for the old images, {} so far: {}", to_text(so_far), gaps().summary());
      });
  if (!status && status.error().code == ErrorCode::timeout) {
    return fail(ErrorCode::timeout,
                fmt::format("the old images do not run again in time: {}", fmt::join(gaps().texts, "; ")),
                fmt::format("the CSV has its old values; the record {}/{} stays: run --restore again", undo.site.nspace,
                            k_undo_name));
  }
  if (!status) return std::unexpected(std::move(status.error()).during("waiting for the old images"));
  return {};
}

} // namespace

std::set<std::string> digests_to_remove(const std::vector<record::EnvChange>& changes)
{
  std::set<std::string> out;
  for (const auto& change : changes) {
    if (auto digest = tekton_operator::pinned_digest(change.after); !digest.empty()) out.insert(std::move(digest));
  }
  for (const auto& change : changes) out.erase(tekton_operator::pinned_digest(change.before.value_or("")));
  return out;
}

Result<Restored> restore(const Target& target, const StoredUndo& stored)
{
  const auto& undo = stored.undo;
  SG_TRY_ASSIGN(const auto standing, write_changes(target, undo.site, undo.changes, Direction::to_before));
  if (!standing.foreign.empty()) log::warn("left as they are: {}", foreign_text(standing, undo.changes));
  const auto wanted = wanted_before(undo, standing);
  SG_TRY(wait_for_operator(target, undo.site, wanted, Following::replaced));
  const auto digests = digests_to_remove(undo.changes);
  // No operator with our images is left, so what is asked for now can only be answered with the old ones.
  SG_TRY_ASSIGN(const auto sets, ask_for_old_images(target, undo, digests));
  SG_TRY(write_strategy(target, undo.site));
  SG_TRY(wait_for_old_images(target, undo, digests));
  SG_TRY(wait_for_operator(target, undo.site, wanted, Following::complete));
  SG_TRY(remove_undo(target.client, stored));
  return Restored{standing.done.size(), standing.pending.size(), sets,
                  standing.foreign.empty() ? "" : foreign_text(standing, undo.changes)};
}

} // namespace streamgate::patch_csv
