// SPDX-License-Identifier: Apache-2.0
#include "patch_csv.hpp"

#include "base/log.hpp"
#include "record/run_dir.hpp"
#include "report.hpp"
#include "restore.hpp"
#include "select.hpp"
#include "undo.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::patch_csv {

namespace {

// A component without InstallerSets is not on the target: its images could never be proven to run.
Status check_installed(const kube::Client& client, const record::Plan& plan)
{
  std::vector<std::string> owners;
  for (const auto& component : plan.components) owners.push_back(component.created_by);
  SG_TRY_ASSIGN(const auto sets, tekton_operator::list_sets(client, owners));
  std::vector<const tekton_operator::SetView*> all;
  for (const auto& set : sets) all.push_back(&set);
  for (const auto& component : plan.components) {
    if (!tekton_operator::main_sets(all, component.created_by).empty()) continue;
    return fail(
        ErrorCode::not_found,
        fmt::format(
            "component {} is not installed on the target: no InstallerSet with label operator.tekton.dev/created-by={}",
            component.name, component.created_by),
        "enable the component in the TektonConfig, or leave it out of the run");
  }
  return {};
}

std::string run_name(const Options& options, const record::Plan& plan)
{
  return options.run.empty() ? plan.run : options.run;
}

Undo make_undo(const std::string& run, const record::Deploy& deploy, const record::Plan& plan)
{
  Undo undo{1, run, to_rfc3339(wall_now()), deploy.site, deploy.changes, {}};
  for (const auto& component : plan.components) undo.components.push_back({component.name, component.created_by});
  return undo;
}

// The true values from before are those of the record: on a retry the CSV may hold ours already.
Status change_target(const Target& target, const Undo& undo, record::Deploy& deploy)
{
  SG_TRY_ASSIGN(const auto stored, claim(target.client, undo));
  deploy.changes = stored.undo.changes;
  SG_TRY_ASSIGN(const auto standing, write_changes(target, deploy.site, deploy.changes, Direction::to_after));
  if (standing.pending.empty()) log::info("the CSV has all values already");
  std::vector<WantedEnv> wanted;
  for (const auto& change : deploy.changes) wanted.push_back({change.key, change.after});
  SG_TRY_ASSIGN(const auto pods, wait_for_operator(target, deploy.site, wanted));
  if (!standing.pending.empty()) renew_operator(target, pods);
  return {};
}

void show(const Options& options, const Deps& deps, const record::Deploy& deploy)
{
  deps.print(options.common.json_output ? to_pretty_json(deploy) : table(deploy));
}

Result<Outcome> patch(const Options& options, const Deps& deps)
{
  const record::RunDir run_dir(options.common.run_dir);
  SG_TRY_ASSIGN(const auto plan, run_dir.load<record::Plan>());
  SG_TRY_ASSIGN(const auto built, run_dir.built(plan));
  const auto deadline = tekton_operator::deadline_of(options.target);
  SG_TRY_ASSIGN(const auto client, tekton_operator::connect(options.target, deadline, deps.cancel));
  const Target target{client, deps.cancel, deadline};

  record::Deploy deploy;
  deploy.server = client.server();
  SG_TRY_ASSIGN(deploy.site, tekton_operator::find_site(client, options.wish));
  SG_TRY_ASSIGN(const auto csv, client.get(kube::k_csvs, {deploy.site.nspace, deploy.site.csv}));
  SG_TRY_ASSIGN(const auto place, tekton_operator::place_of(csv, deploy.site));
  SG_TRY_ASSIGN(const auto selection, select_keys(built, place.env));
  deploy.changes = selection.changes;
  deploy.expected = selection.expected;
  for (const auto& warning : selection.warnings) log::warn("{}", warning);
  SG_TRY(check_installed(client, plan));
  const Outcome outcome{ExitStatus::passed,
                        {{"csv", deploy.site.csv}, {"changes", std::to_string(deploy.changes.size())}}};
  if (options.common.dry_run) {
    show(options, deps, deploy);
    return outcome;
  }
  // Nothing is written, not even the way back, before OLM would take a change over; on a retry there may be nothing to
  // take over.
  const bool there =
      std::all_of(deploy.changes.begin(), deploy.changes.end(), [](const auto& c) { return c.before == c.after; });
  if (!there) SG_TRY(wait_for_csv(target, deploy.site, Direction::to_after));
  SG_TRY(change_target(target, make_undo(run_name(options, plan), deploy, plan), deploy));
  SG_TRY(run_dir.store(deploy));
  show(options, deps, deploy);
  return outcome;
}

// Which run's record may be taken back: with a plan, or --run, only that run's; a gate that found the target held by
// another must not undo the other's work.
Result<std::string> own_run(const Options& options, const record::RunDir& run_dir)
{
  if (!options.run.empty() || !run_dir.has(record::Plan::k_file)) return options.run;
  SG_TRY_ASSIGN(const auto plan, run_dir.load<record::Plan>());
  return plan.run;
}

Status mark_restored(const record::RunDir& run_dir)
{
  if (!run_dir.has(record::Deploy::k_file)) return {};
  SG_TRY_ASSIGN(auto deploy, run_dir.load<record::Deploy>());
  deploy.restored = true;
  return run_dir.store(deploy);
}

Result<Outcome> nothing(const Deps& deps, const std::string& why)
{
  deps.print("nothing to restore: " + why + "\n");
  return Outcome{ExitStatus::passed, {{"changes", "0"}}};
}

Result<Outcome> restore_target(const Options& options, const Deps& deps)
{
  const record::RunDir run_dir(options.common.run_dir);
  SG_TRY_ASSIGN(const auto own, own_run(options, run_dir));
  const auto deadline = tekton_operator::deadline_of(options.target);
  SG_TRY_ASSIGN(const auto client, tekton_operator::connect(options.target, deadline, deps.cancel));
  SG_TRY_ASSIGN(const auto stored, find_undo(client, options.wish.nspace));
  if (!stored) {
    SG_TRY(mark_restored(run_dir));
    return nothing(deps, fmt::format("the target has no ConfigMap {}", k_undo_name));
  }
  const auto& undo = stored->undo;
  if (!own.empty() && undo.run != own)
    return nothing(deps, fmt::format("the target is held by run {}, not by {}", undo.run, own));
  if (options.common.dry_run) {
    deps.print(to_pretty_json(undo));
    return Outcome{ExitStatus::passed, {{"csv", undo.site.csv}, {"changes", std::to_string(undo.changes.size())}}};
  }
  log::info("restoring ClusterServiceVersion {}/{} as it was before run {}", undo.site.nspace, undo.site.csv, undo.run);
  const Target target{client, deps.cancel, deadline};
  SG_TRY_ASSIGN(const auto restored, restore(target, *stored));
  SG_TRY(mark_restored(run_dir));
  if (!restored.foreign.empty()) {
    return fail(ErrorCode::conflict,
                "restored, but somebody else changed values since, and these were left: " + restored.foreign,
                "if they are wrong, set them by hand in the ClusterServiceVersion");
  }
  deps.print(fmt::format("restored {} of {} values ({} had their old value already); {} InstallerSets made anew\n",
                         restored.values, undo.changes.size(), restored.already, restored.sets));
  return Outcome{ExitStatus::passed, {{"csv", undo.site.csv}, {"changes", std::to_string(restored.values)}}};
}

} // namespace

StepInfo Options::info()
{
  return {
      .name = "patch-csv",
      .summary = "Puts the built images into the operator's ClusterServiceVersion, after the way back was recorded on "
                 "the target; "
                 "with --restore, takes them out again and waits until the old images run.",
      .reads = "plan.json, images/<component>.json; with --restore: ConfigMap streamgate-restore of the target",
      .writes =
          "deploy.json; on the target: ConfigMap streamgate-restore, then env of the operator's container in the CSV",
      .results = {{"csv", "name of the ClusterServiceVersion"}, {"changes", "number of IMAGE_* values changed"}},
      .example = "patch-csv --run-dir runs/gate-1 --kubeconfig target.kubeconfig",
      .changes_things = true,
  };
}

void Options::bind(Cli& cli)
{
  target.bind(cli);
  cli.option("operator-namespace", wish.nspace, "namespace of the operator's CSV; without it all are searched");
  cli.option("csv", wish.csv, "name of the operator's CSV, where several have IMAGE_* in their environment");
  cli.option("operator-container", wish.container, "name of the container that has IMAGE_*");
  cli.option("run", run,
             "name of the run; without it the plan's. With --restore: only this run's record is taken back");
  cli.flag("restore", restore, "take the way back that is recorded on the target; needs nothing else");
}

Result<Outcome> run(const Options& options, const Deps& deps)
{
  return options.restore ? restore_target(options, deps) : patch(options, deps);
}

} // namespace streamgate::patch_csv
