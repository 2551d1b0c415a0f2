// SPDX-License-Identifier: Apache-2.0
#include "patch_csv.hpp"

#include "base/log.hpp"
#include "follow.hpp"
#include "record/run_dir.hpp"
#include "report.hpp"
#include "restore_run.hpp"
#include "rights.hpp"
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

// The true values from before are those of the record: on a retry the CSV may hold ours already. deploy.json says the
// same before the first change, for a restore that finds the record gone.
Status change_target(const Target& target, const record::RunDir& run_dir, const Undo& undo, record::Deploy& deploy)
{
  SG_TRY_ASSIGN(const auto stored, claim(target.client, undo));
  deploy.site = stored.undo.site;
  deploy.changes = stored.undo.changes;
  SG_TRY(run_dir.store(deploy));
  SG_TRY_ASSIGN(const auto standing, write_changes(target, deploy.site, deploy.changes, Direction::to_after));
  if (standing.pending.empty()) log::info("the CSV has all values already");
  return wait_for_operator(target, deploy.site, tekton_operator::wanted_after(deploy.changes), Following::replaced);
}

bool all_there(const std::vector<record::EnvChange>& changes)
{
  return std::all_of(changes.begin(), changes.end(), [](const auto& c) { return c.before == c.after; });
}

// Where the CSV holds our value, an earlier try of this run knows what was there before, even if the record is lost.
Status take_earlier_values(const record::RunDir& run_dir, record::Deploy& deploy)
{
  SG_TRY_ASSIGN(const auto earlier, deploy_of(run_dir, deploy.run));
  if (!earlier || earlier->restored) return {};
  for (auto& change : deploy.changes) {
    const auto same = [&](const auto& known) { return known.key == change.key && known.after == change.before; };
    const auto found = std::find_if(earlier->changes.begin(), earlier->changes.end(), same);
    if (found != earlier->changes.end()) change.before = found->before;
  }
  if (deploy.site.strategy == k_recreate) deploy.site.strategy = earlier->site.strategy;
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
  if (!options.run.empty() && options.run != plan.run)
    return fail(ErrorCode::usage, fmt::format("--run {}: plan.json is of run {}", options.run, plan.run),
                "without --restore it can be left out");
  SG_TRY_ASSIGN(const auto built, run_dir.built(plan));
  const auto deadline = tekton_operator::deadline_of(options.target);
  SG_TRY_ASSIGN(const auto client, tekton_operator::connect(options.target, deadline, deps.cancel));
  const Target target{client, deps.cancel, deadline};

  record::Deploy deploy;
  deploy.run = plan.run;
  deploy.server = client.server();
  SG_TRY_ASSIGN(deploy.site, tekton_operator::find_site(client, options.wish));
  SG_TRY_ASSIGN(const auto csv, client.get(kube::k_csvs, {deploy.site.nspace, deploy.site.csv}));
  SG_TRY_ASSIGN(const auto place, tekton_operator::place_of(csv, deploy.site));
  SG_TRY_ASSIGN(const auto selection, select_keys(built, place.env));
  deploy.changes = selection.changes;
  deploy.expected = selection.expected;
  for (const auto& warning : selection.warnings) log::warn("{}", warning);
  SG_TRY(check_installed(client, plan));
  Outcome outcome{ExitStatus::passed, {{"csv", deploy.site.csv}, {"changes", std::to_string(deploy.changes.size())}}};
  if (options.common.dry_run) {
    show(options, deps, deploy);
    return outcome;
  }
  SG_TRY(check_rights(client, deploy.site));
  // Nothing is written, not even the way back, before OLM would take a change over; on a retry there may be nothing to
  // take over.
  if (!all_there(deploy.changes)) SG_TRY(wait_for_csv(target, deploy.site, Direction::to_after));
  SG_TRY(take_earlier_values(run_dir, deploy));
  SG_TRY(change_target(target, run_dir, make_undo(deploy, plan), deploy));
  show(options, deps, deploy);
  return outcome;
}

} // namespace

StepInfo Options::info()
{
  return {
      .name = "patch-csv",
      .summary = "Puts the built images into the operator's ClusterServiceVersion, after the way back was recorded on "
                 "the target; "
                 "with --restore, takes them out again and waits until the old images run.",
      .reads = "plan.json, images/<component>.json; with --restore: ConfigMap streamgate-restore of the target, or, "
               "where that is lost, this run's deploy.json and plan.json",
      .writes =
          "deploy.json; on the target: ConfigMap streamgate-restore, then env of the operator's container in the CSV",
      .results = {{"csv", "name of the ClusterServiceVersion"}, {"changes", "number of IMAGE_* values changed"}},
      .example = "patch-csv --run-dir runs/gate-1 --kubeconfig target.kubeconfig",
      .changes_things = true,
      .run_dir_optional = true,
  };
}

void Options::bind(Cli& cli)
{
  target.bind(cli);
  cli.option("operator-namespace", wish.nspace,
             "namespace of the operator's CSV; without it all are searched. With --restore: this run's deploy.json "
             "goes first");
  cli.option("csv", wish.csv, "name of the operator's CSV, where several have IMAGE_* in their environment");
  cli.option("operator-container", wish.container, "name of the container that has IMAGE_*");
  cli.option("run", run, "with --restore: only this run's record is taken back; without it, that of the plan's run");
  cli.flag("restore", restore, "take the way back that is recorded on the target; --run-dir can be left out");
}

Result<Outcome> run(const Options& options, const Deps& deps)
{
  if (!options.restore && options.common.run_dir.empty())
    return fail(ErrorCode::usage, "--run-dir is required, but for --restore", "see --help");
  return options.restore ? restore_run(options, deps) : patch(options, deps);
}

} // namespace streamgate::patch_csv
