// SPDX-License-Identifier: Apache-2.0
#include "restore_run.hpp"

#include "base/log.hpp"
#include "restore.hpp"
#include "undo.hpp"

#include <fmt/format.h>

namespace streamgate::patch_csv {

namespace {

using KnownDeploy = Result<std::optional<record::Deploy>>;

// Which run's record may be taken back: with a plan, or --run, only that run's; a gate that found the target held by
// another must not undo the other's work.
Result<std::string> own_run(const Options& options, const std::optional<record::RunDir>& run_dir)
{
  if (!options.run.empty() || !run_dir || !run_dir->has(record::Plan::k_file)) return options.run;
  SG_TRY_ASSIGN(const auto plan, run_dir->load<record::Plan>());
  return plan.run;
}

Result<std::optional<StoredUndo>> find_record(const kube::Client& client, const Options& options,
                                              const KnownDeploy& deploy)
{
  auto wish = options.wish;
  if (deploy && *deploy) wish.nspace = (*deploy)->site.nspace;
  return find_undo(client, wish);
}

// The way back that is no longer on the target. Of a CSV that is gone nothing can be taken back: nothing may hold the
// target for it.
Result<Undo> undo_from(const record::Deploy& deploy, const record::RunDir& run_dir, const kube::Client& client)
{
  if (client.server() != deploy.server) {
    return fail(ErrorCode::bad_input,
                fmt::format("the target has no ConfigMap {}, and deploy.json is of {}, while this is {}", k_undo_name,
                            deploy.server, client.server()),
                "give the kubeconfig that patch-csv was given");
  }
  SG_TRY_ASSIGN(const auto plan, run_dir.load<record::Plan>());
  SG_TRY_ASSIGN(const auto csv, read_csv(client, deploy.site));
  SG_TRY(tekton_operator::place_of(csv, deploy.site));
  log::warn("the target has no ConfigMap {}: restoring by deploy.json", k_undo_name);
  return make_undo(deploy, plan);
}

Result<Outcome> nothing(const Deps& deps, const std::string& why)
{
  deps.print("nothing to restore: " + why + "\n");
  return Outcome{ExitStatus::passed, {{"changes", "0"}}};
}

Result<Outcome> held_by_another(const Deps& deps, const std::string& own, const std::string& holder,
                                const KnownDeploy& deploy)
{
  if (!deploy) return std::unexpected(deploy.error());
  const auto why = fmt::format("the target is held by run {}, not by {}", holder, own);
  if (!*deploy || (*deploy)->restored) return nothing(deps, why);
  return fail(ErrorCode::conflict, why + ", whose own changes are not known to be restored",
              fmt::format("when run {} has ended, run --restore again", holder));
}

Status mark_restored(const record::RunDir& run_dir, const std::string& run)
{
  SG_TRY_ASSIGN(auto deploy, deploy_of(run_dir, run));
  if (!deploy) return {};
  deploy->restored = true;
  return run_dir.store(*deploy);
}

} // namespace

Result<std::optional<record::Deploy>> deploy_of(const record::RunDir& run_dir, const std::string& run)
{
  if (!run_dir.has(record::Deploy::k_file)) return std::optional<record::Deploy>();
  SG_TRY_ASSIGN(auto deploy, run_dir.load<record::Deploy>());
  if (!run.empty() && deploy.run != run) return std::optional<record::Deploy>();
  return std::optional(std::move(deploy));
}

Result<Outcome> restore_run(const Options& options, const Deps& deps)
{
  std::optional<record::RunDir> run_dir;
  if (!options.common.run_dir.empty()) run_dir.emplace(options.common.run_dir);
  SG_TRY_ASSIGN(const auto own, own_run(options, run_dir));
  // One that cannot be read is no reason to leave the target as it is: the record there may do.
  const KnownDeploy deploy = run_dir ? deploy_of(*run_dir, own) : KnownDeploy();
  const auto deadline = tekton_operator::deadline_of(options.target);
  SG_TRY_ASSIGN(const auto client, tekton_operator::connect(options.target, deadline, deps.cancel));
  SG_TRY_ASSIGN(auto stored, find_record(client, options, deploy));
  if (stored && !own.empty() && stored->undo.run != own) return held_by_another(deps, own, stored->undo.run, deploy);
  if (!stored && !deploy) return std::unexpected(deploy.error());
  if (!stored && (!*deploy || (*deploy)->restored))
    return nothing(deps, fmt::format("the target {} has no ConfigMap {}", client.server(), k_undo_name));

  SG_TRY_ASSIGN(const auto undo, stored ? Result<Undo>(stored->undo) : undo_from(**deploy, *run_dir, client));
  if (options.common.dry_run) {
    deps.print(to_pretty_json(undo));
    return Outcome{ExitStatus::passed, {{"csv", undo.site.csv}, {"changes", std::to_string(undo.changes.size())}}};
  }
  if (!stored) {
    // No other run may take the target meanwhile: it would take our images for those from before.
    SG_TRY_ASSIGN(stored, claim(client, undo));
  }
  log::info("restoring ClusterServiceVersion {}/{} as it was before run {}", undo.site.nspace, undo.site.csv, undo.run);
  SG_TRY_ASSIGN(const auto restored, restore({client, deps.cancel, deadline}, *stored));
  if (!restored.foreign.empty()) {
    return fail(ErrorCode::conflict,
                "restored, but somebody else changed values since, and these were left: " + restored.foreign,
                "if they are wrong, set them by hand in the ClusterServiceVersion, and run --restore again");
  }
  if (run_dir) SG_TRY(mark_restored(*run_dir, undo.run));
  deps.print(fmt::format("restored {} of {} values ({} had their old value already); {} InstallerSets made anew\n",
                         restored.values, undo.changes.size(), restored.already, restored.sets));
  return Outcome{ExitStatus::passed, {{"csv", undo.site.csv}, {"changes", std::to_string(restored.values)}}};
}

} // namespace streamgate::patch_csv
