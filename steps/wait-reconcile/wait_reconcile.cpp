// SPDX-License-Identifier: Apache-2.0
#include "wait_reconcile.hpp"

#include "base/log.hpp"
#include "crash.hpp"
#include "operator/renew.hpp"
#include "operator/rollout.hpp"
#include "operator/site.hpp"
#include "operator/world.hpp"
#include "proof.hpp"
#include "record/run_dir.hpp"
#include "workloads.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace streamgate::wait_reconcile {

namespace {

using tekton_operator::Expectation;
using tekton_operator::Gaps;
using tekton_operator::World;

// For how long --verify waits for pods that are just being replaced.
constexpr Duration k_settle = std::chrono::minutes(2);
// For how long the workloads of the old sets may take to go before the rest of the sets follows.
constexpr Duration k_removal = std::chrono::seconds(30);

// What is to be proven, from the run directory.
struct Task {
  record::Deploy deploy;
  Owners owners;
  std::set<std::string> digests;
  Expectation expectation;
  std::string nspace;
};

Result<Task> read_task(const record::RunDir& run_dir)
{
  Task task;
  SG_TRY_ASSIGN(const auto plan, run_dir.load<record::Plan>());
  SG_TRY_ASSIGN(task.deploy, run_dir.load<record::Deploy>());
  for (const auto& component : plan.components) {
    if (component.created_by.empty())
      return fail(ErrorCode::bad_input, "plan.json: component " + component.name + " has no created_by");
    task.owners[component.name] = component.created_by;
    task.expectation.owners.push_back(component.created_by);
    const auto& expected = task.deploy.expected;
    if (std::none_of(expected.begin(), expected.end(),
                     [&](const auto& image) { return image.component == component.name; })) {
      return fail(ErrorCode::bad_input,
                  "deploy.json expects no image of component " + component.name + ": there is nothing to prove",
                  "run patch-csv first");
    }
  }
  for (const auto& image : task.deploy.expected) {
    if (!task.owners.contains(image.component)) {
      return fail(ErrorCode::bad_input, fmt::format("deploy.json expects image {} of {}, which is not in the plan",
                                                    image.image, image.component));
    }
    task.digests.insert(image.digest);
  }
  if (task.owners.empty()) return fail(ErrorCode::bad_input, "plan.json has no component: there is nothing to prove");
  return task;
}

using Sets = std::vector<tekton_operator::SetView>;

Status remove(const kube::Client& client, const Sets& sets)
{
  std::vector<const tekton_operator::SetView*> pointers;
  for (const auto& set : sets) pointers.push_back(&set);
  return tekton_operator::delete_sets(client, pointers);
}

// The target while it is changed.
struct Target {
  const kube::Client& client;
  kube::Loop& loop;
  const World& world;
  const tekton_operator::Leases& leases;
  SteadyTime deadline;
};

// Until the sets are gone and their pods have handed on their leases, or for as long as that is worth.
Status await_gone(const Target& target, const Sets& sets, const std::vector<std::string>& pods)
{
  std::set<std::string> uids;
  for (const auto& set : sets) uids.insert(set.uid);
  auto status = target.loop.run(
      std::min(target.deadline, std::chrono::steady_clock::now() + k_removal),
      [&] {
        const auto& there = target.world.sets.all();
        return handed_on(target.world, target.leases, pods) &&
               std::none_of(there.begin(), there.end(), [&](const auto& set) { return uids.contains(set.second.uid); });
      },
      [](Duration so_far) { log::info("waiting for the old workloads to go, {} so far", to_text(so_far)); });
  if (!status && status.error().code == ErrorCode::timeout) return {};
  return status;
}

// Delete the main sets and remember their UIDs, so that only new ones count. Those with the workloads go first: the
// others hold the roles with which a pod that ends hands on its leases. (The operator, once it leads, does not wait.)
Status delete_old_sets(const Target& target, Task& task)
{
  const auto& [client, loop, world, leases, deadline] = target;
  // A watch that does not work is known by this before anything is deleted.
  SG_TRY(loop.run(deadline, [&] { return world.synced() && leases.synced(); }));
  Sets working;
  Sets others;
  for (const auto& owner : task.expectation.owners) {
    for (const auto* set : tekton_operator::main_sets(world, owner)) {
      task.expectation.old_sets.insert(set->uid);
      (set->workloads.empty() ? others : working).push_back(*set);
    }
  }
  const auto pods = pods_of(world, working);
  SG_TRY(remove(client, working));
  end_workloads(client, world, working);
  if (!others.empty()) SG_TRY(await_gone(target, working, pods));
  tekton_operator::free_leases(client, task.nspace,
                               [&](const auto& pod) { return std::ranges::find(pods, pod) != pods.end(); });
  SG_TRY(remove(client, others));
  log::info("deleted {} InstallerSets of {}", working.size() + others.size(), fmt::join(task.expectation.owners, ", "));
  return {};
}

// Looks at the world after each change and remembers what it saw last.
class Watcher {
public:
  Watcher(const World& world, const tekton_operator::Rollout* rollout, const Task& task)
      : m_world(world), m_rollout(rollout), m_task(task)
  {
  }

  // Return true when there is nothing more to wait for: all is well, or something has fallen, or what settled is wrong.
  bool done()
  {
    m_fall = find_fall(m_world, m_task.expectation.owners, m_task.expectation.old_sets, m_task.digests);
    if (m_fall) return true;
    m_gaps = tekton_operator::find_gaps(m_world, m_task.expectation, m_task.nspace);
    if (m_rollout != nullptr) {
      if (auto gap = m_rollout->gap(tekton_operator::Following::complete); !gap.empty())
        m_gaps.texts.insert(m_gaps.texts.begin(), std::move(gap));
    }
    m_look = look(m_world, m_task.owners, m_task.deploy.expected);
    return m_gaps.none() && m_look.settled();
  }

  std::string summary() const
  {
    return fmt::format("{}, {}/{} images proven{}", m_gaps.summary(), m_look.proven, m_look.proof.rows.size(),
                       m_gaps.none() ? "" : "; first: " + m_gaps.texts.front());
  }

  const std::optional<Fall>& fall() const { return m_fall; }
  const record::Proof& proof() const { return m_look.proof; }

  std::string missing() const
  {
    auto texts = m_gaps.texts;
    for (auto& text : problems(m_look.proof)) texts.push_back(std::move(text));
    return fmt::format("{}", fmt::join(texts, "; "));
  }

private:
  const World& m_world;
  const tekton_operator::Rollout* m_rollout; // nullptr: not looked at
  const Task& m_task;
  std::optional<Fall> m_fall;
  Gaps m_gaps;
  Look m_look;
};

Status watch_target(kube::Loop& loop, const Task& task, SteadyTime deadline, Watcher& watcher)
{
  auto status = loop.run(
      deadline, [&] { return watcher.done(); },
      [&](Duration so_far) { log::info("waiting, {} so far: {}", to_text(so_far), watcher.summary()); });
  if (!status && status.error().code == ErrorCode::timeout) {
    return fail(ErrorCode::timeout, "the target did not get there in time; missing: " + watcher.missing(),
                "look at the operator's log and at the pods of namespace " + task.nspace);
  }
  return status;
}

// Say what the waiting came to.
Status judge(const kube::Client& client, const Watcher& watcher)
{
  if (watcher.fall()) {
    const auto log = watcher.fall()->kind == Fall::Kind::crash ? last_lines(client, *watcher.fall()) : std::string();
    return std::unexpected(fall_error(*watcher.fall(), log));
  }
  if (watcher.proof().proven) return {};
  return fail(ErrorCode::proof_failed,
              fmt::format("what runs is not what was built: {}", fmt::join(problems(watcher.proof()), "; ")),
              "deploy.json has the whole table");
}

Status store(const record::RunDir& run_dir, Task& task, const Options& options, const record::Proof& proof,
             std::string claim)
{
  auto& slot = options.verify ? task.deploy.after : task.deploy.before;
  slot = proof;
  slot->time = to_rfc3339(wall_now());
  slot->claim = std::move(claim);
  return run_dir.store(task.deploy);
}

} // namespace

StepInfo Options::info()
{
  return {
      .name = "wait-reconcile",
      .summary = "Deletes the components' InstallerSets so that the operator deploys the patched images, waits until "
                 "it has, and proves "
                 "that every built image is the one that runs; with --verify, does the proof alone.",
      .reads = "plan.json, deploy.json",
      .writes = "deploy.json: `before`; with --verify: `after`",
      .results = {{"proven", "true when every built image was proven to run"},
                  {"containers", "number of rows of the proof"}},
      .example = "wait-reconcile --run-dir runs/gate-1 --kubeconfig target.kubeconfig --timeout 10m",
  };
}

void Options::bind(Cli& cli)
{
  target.bind(cli);
  cli.flag("verify", verify, "change nothing: prove once what runs now");
}

Result<Outcome> run(const Options& options, const Deps& deps)
{
  const record::RunDir run_dir(options.common.run_dir);
  SG_TRY_ASSIGN(auto task, read_task(run_dir));
  auto deadline = tekton_operator::deadline_of(options.target);
  SG_TRY_ASSIGN(const auto client, tekton_operator::connect(options.target, deadline, deps.cancel));
  // Of a cluster that was not patched nothing may be deleted, and nothing can be proven.
  if (client.server() != task.deploy.server) {
    return fail(ErrorCode::bad_input,
                fmt::format("deploy.json is of {}, this is {}", task.deploy.server, client.server()),
                "give the kubeconfig that patch-csv was given");
  }
  SG_TRY_ASSIGN(const auto config, tekton_operator::read_config(client));
  task.nspace = config.target_namespace;
  // Whoever takes the target after this moment is seen by the proof after the tests, which looks again at its end.
  auto claim = tekton_operator::claim_of(client, task.deploy.site);
  if (!claim) return std::unexpected(std::move(claim.error()));
  World world;
  tekton_operator::Leases leases(tekton_operator::lease_view);
  tekton_operator::Rollout rollout(task.deploy.site, tekton_operator::wanted_after(task.deploy.changes));
  kube::Loop loop(client, deps.cancel);
  world.watch(loop, task.nspace, task.expectation.owners);
  if (options.verify) {
    deadline = std::min(deadline, std::chrono::steady_clock::now() + k_settle);
  } else {
    rollout.watch(loop);
    loop.watch(kube::k_leases, task.nspace, {}, leases);
    SG_TRY(delete_old_sets({client, loop, world, leases, deadline}, task));
  }

  Watcher watcher(world, options.verify ? nullptr : &rollout, task);
  auto status = watch_target(loop, task, deadline, watcher);
  if (status) status = judge(client, watcher);
  if (status && options.verify) claim = tekton_operator::claim_of(client, task.deploy.site);
  SG_TRY(store(run_dir, task, options, watcher.proof(), claim ? *claim : ""));
  deps.print(options.common.json_output ? to_pretty_json(watcher.proof()) : table(watcher.proof()));
  SG_TRY(std::move(status));
  if (!claim) return std::unexpected(std::move(claim.error()));
  return Outcome{ExitStatus::passed, {{"proven", "true"}, {"containers", std::to_string(watcher.proof().rows.size())}}};
}

} // namespace streamgate::wait_reconcile
