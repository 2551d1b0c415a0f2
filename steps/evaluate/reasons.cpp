// SPDX-License-Identifier: Apache-2.0
#include "evaluate/reasons.hpp"

#include "base/time.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <ranges>
#include <set>
#include <tuple>

namespace streamgate::evaluate {
namespace {

void add(Findings& to, Weight weight, Stage stage, ErrorCode code, std::string text,
         ExitStatus status = ExitStatus::error)
{
  to.push_back({status, weight, stage, std::string(reason(code)), std::move(text), {}});
}

// A record that is not there is a consequence of something; one that is there and cannot be read is not.
void add_unread(Findings& to, Stage stage, const Error& error)
{
  const bool absent = error.code == ErrorCode::not_found;
  add(to, absent ? Weight::absence : Weight::suite, stage, error.code, error.text());
}

// wait-reconcile runs before and after the tests, patch-csv at the start and to restore: the instance or how far the
// run came tells which.
Stage stage_of(const record::StepError& error, const Evidence& evidence)
{
  const bool deployed = evidence.deploy && evidence.deploy->before && evidence.deploy->before->proven;
  if (error.step == "resolve-ref") return Stage::plan;
  if (error.step == "build-images") return Stage::build;
  if (error.step == "patch-csv") return deployed || error.instance == "restore" ? Stage::later : Stage::deploy;
  if (error.step == "wait-reconcile")
    return deployed || error.instance == "verify" ? Stage::proof_after : Stage::proof_before;
  if (error.step == "run-tests") return Stage::test;
  if (error.step == "parse-junit") return Stage::results;
  return Stage::later;
}

struct TaskSteps {
  std::string_view task;
  Stage stage;
  std::array<std::string_view, 3> steps;
};
constexpr std::array k_tasks{
    TaskSteps{"plan", Stage::plan, {"resolve-ref", "", ""}},
    TaskSteps{"build", Stage::build, {"build-images", "", ""}},
    TaskSteps{"build-container", Stage::build, {"build-images", "", ""}},
    TaskSteps{"deploy", Stage::deploy, {"patch-csv", "wait-reconcile", ""}},
    TaskSteps{"test", Stage::test, {"run-tests", "", ""}},
    TaskSteps{"analyze", Stage::proof_after, {"wait-reconcile", "parse-junit", "categorize"}},
};

const TaskSteps* steps_of(std::string_view task)
{
  const auto it = std::ranges::find(k_tasks, task, &TaskSteps::task);
  return it == k_tasks.end() ? nullptr : it;
}

// False when the plan says that it is the other build that builds this component.
bool is_build_of(const TaskEnd& task, std::string_view component, const Evidence& evidence)
{
  if (!evidence.plan) return true;
  const auto kind = task.name == "build" ? record::BuildKind::ko : record::BuildKind::container;
  const auto& components = evidence.plan->components;
  const auto planned = std::ranges::find(components, component, &record::PlannedComponent::name);
  return planned == components.end() || planned->build == kind;
}

// False for a build of a kind that the plan has no component of.
bool needed(const TaskEnd& task, const Evidence& evidence)
{
  const auto* known = steps_of(task.name);
  if (known == nullptr || known->stage != Stage::build || !evidence.plan) return true;
  return std::ranges::any_of(evidence.plan->components,
                             [&](const auto& component) { return is_build_of(task, component.name, evidence); });
}

// True when a step of the task left a report. A task that is not ours is explained by none.
bool reported(const TaskEnd& task, const Evidence& evidence)
{
  const auto* known = steps_of(task.name);
  return std::ranges::any_of(evidence.errors, [&](const record::StepError& error) {
    return known != nullptr && std::ranges::find(known->steps, error.step) != known->steps.end() &&
           (known->stage != Stage::build || is_build_of(task, error.instance, evidence));
  });
}

void find_proof_of(const std::optional<record::Proof>& proof, std::string_view when, Stage stage,
                   const record::Deploy& deploy, Findings& to)
{
  if (!proof)
    return add(to, Weight::absence, stage, ErrorCode::proof_failed,
               fmt::format("nobody looked {} the tests which images run", when));
  const auto bad = std::ranges::find_if(
      proof->rows, [](const record::ProofRow& row) { return !row.proven || row.running != row.expected; });
  if (bad != proof->rows.end()) {
    return add(to, Weight::proof, stage, ErrorCode::proof_failed,
               fmt::format("{} the tests {} of {} runs {}, not the built {}{}", when, bad->container, bad->workload,
                           bad->running.empty() ? "nothing" : bad->running, bad->expected,
                           bad->note.empty() ? "" : ": " + bad->note));
  }
  if (!proof->proven)
    return add(to, Weight::proof, stage, ErrorCode::proof_failed,
               fmt::format("{} the tests the proof did not succeed", when));
  for (const auto& expected : deploy.expected) {
    const bool seen = std::ranges::any_of(proof->rows, [&](const record::ProofRow& row) {
      return row.component == expected.component && row.image == expected.image && row.expected == expected.digest;
    });
    if (!seen) {
      add(to, Weight::proof, stage, ErrorCode::proof_failed,
          fmt::format("the proof {} the tests says nothing of image {} of {}", when, expected.image,
                      expected.component));
    }
  }
}

// What one clock may be behind another: the proofs and the suite's times are of different pods.
constexpr auto k_clocks = std::chrono::minutes(1);

bool later(const std::string& one, const std::string& other)
{
  const auto a = parse_rfc3339(one);
  const auto b = parse_rfc3339(other);
  return !a || !b || *a > *b + k_clocks;
}

// The proofs must be of this run, and the target must have been this run's from the one to the other: who restores it
// in between, or takes it for another run, deletes the ConfigMap by which it is held.
void find_hold(const Evidence& evidence, Findings& to)
{
  const auto& deploy = *evidence.deploy;
  if (evidence.plan && deploy.run != evidence.plan->run)
    add(to, Weight::proof, Stage::deploy, ErrorCode::proof_failed,
        fmt::format("deploy.json is of run {}, the plan of run {}", deploy.run, evidence.plan->run));
  if (!deploy.before || !deploy.after) return;
  const auto& claim = deploy.before->claim;
  if (claim.empty() || deploy.after->claim != claim) {
    add(to, Weight::proof, Stage::proof_after, ErrorCode::proof_failed,
        "the target was restored or taken by another run while the tests ran");
  }
  for (const auto& [name, run] : evidence.suites) {
    if (!run || run->state == record::SuiteState::listed) continue;
    if (!later(deploy.before->time, run->started) && !later(run->finished, deploy.after->time)) continue;
    add(to, Weight::proof, Stage::proof_after, ErrorCode::proof_failed,
        fmt::format("suite {} ran from {} to {}, but what runs was looked at before it at {} and after it at {}", name,
                    run->started, run->finished, deploy.before->time, deploy.after->time));
  }
}

// What was deployed must be what was built.
void find_expected(const Evidence& evidence, Findings& to)
{
  for (const auto& [component, built] : evidence.built) {
    if (!built) continue;
    bool some = false;
    for (const auto& expected : evidence.deploy->expected) {
      if (expected.component != component) continue;
      some = true;
      const auto image = std::ranges::find(built->images, expected.image, &record::BuiltImage::name);
      if (image != built->images.end() && image->digest == expected.digest) continue;
      add(to, Weight::proof, Stage::deploy, ErrorCode::proof_failed,
          fmt::format("image {} of {} was deployed as {}, which was not built", expected.image, component,
                      expected.digest));
    }
    if (!some) {
      add(to, Weight::proof, Stage::deploy, ErrorCode::proof_failed,
          fmt::format("no image of component {} was deployed", component));
      continue;
    }
    for (const auto& image : built->images) {
      const bool deployed = std::ranges::any_of(evidence.deploy->expected, [&](const record::ExpectedImage& expected) {
        return expected.component == component && expected.image == image.name;
      });
      if (image.required && !deployed)
        add(to, Weight::proof, Stage::deploy, ErrorCode::proof_failed,
            fmt::format("image {} of {} was built, but not deployed", image.name, component));
    }
  }
}

} // namespace

void find_step_errors(const Evidence& evidence, Findings& to)
{
  for (const auto& error : evidence.errors) {
    const bool known = error.exit_code >= 1 && error.exit_code <= 3;
    const auto status = known ? static_cast<ExitStatus>(error.exit_code) : ExitStatus::error;
    const auto who = error.instance.empty() ? error.step : error.step + " (" + error.instance + ")";
    const auto weight = status == ExitStatus::error ? Weight::step_error : Weight::crash;
    to.push_back({status, weight, stage_of(error, evidence), error.reason, who + ": " + error.message, error.hint});
  }
}

void find_tasks(const Evidence& evidence, Findings& to)
{
  bool failed_before = false;
  for (const auto& task : evidence.tasks) {
    const auto* known = steps_of(task.name);
    const auto stage = known != nullptr ? known->stage : Stage::later;
    if (task.status == "Failed") {
      failed_before = true;
      if (reported(task, evidence)) continue;
      add(to, Weight::lost_task, stage, ErrorCode::cancelled,
          fmt::format("task {} ended Failed without a report: its pod was refused, killed or evicted, or ran into the "
                      "task's timeout{}",
                      task.name, task.reason.empty() || task.reason == "Failed" ? "" : " (" + task.reason + ")"));
      to.back().cause = task.reason;
    } else if (task.status == "None") {
      if (!failed_before && needed(task, evidence))
        add(to, Weight::lost_task, stage, ErrorCode::cancelled,
            fmt::format("task {} never ran, though no task before it failed", task.name));
    } else if (task.status != "Succeeded" && task.status != "Completed") {
      add(to, Weight::lost_task, stage, ErrorCode::bad_input,
          fmt::format("task {} has the unknown status '{}'", task.name, task.status));
    }
  }
}

void find_plan_and_images(const Evidence& evidence, Findings& to)
{
  if (!evidence.plan) return add_unread(to, Stage::plan, evidence.plan.error());
  if (evidence.plan->components.empty())
    add(to, Weight::suite, Stage::plan, ErrorCode::bad_input, "the plan has no component");
  for (const auto& [component, built] : evidence.built) {
    if (!built) {
      add_unread(to, Stage::build, built.error());
      continue;
    }
    const auto planned = std::ranges::find(evidence.plan->components, component, &record::PlannedComponent::name);
    if (built->component != component || built->commit != planned->commit) {
      add(to, Weight::proof, Stage::build, ErrorCode::proof_failed,
          fmt::format("the images of {} are of commit {}, but the plan says {}", component, built->commit,
                      planned->commit));
    }
    for (const auto& image : planned->images) {
      if (image.required &&
          std::ranges::find(built->images, image.name, &record::BuiltImage::name) == built->images.end())
        add(to, Weight::proof, Stage::build, ErrorCode::build_failed,
            fmt::format("image {} of {} was planned, but not built", image.name, component));
    }
    if (built->images.empty())
      add(to, Weight::proof, Stage::build, ErrorCode::build_failed,
          fmt::format("no image of component {} was built", component));
  }
}

void find_proof(const Evidence& evidence, Findings& to)
{
  if (!evidence.deploy) return add_unread(to, Stage::deploy, evidence.deploy.error());
  if (evidence.deploy->expected.empty())
    add(to, Weight::proof, Stage::deploy, ErrorCode::proof_failed, "deploy.json names no image that should run");
  find_expected(evidence, to);
  find_hold(evidence, to);
  find_proof_of(evidence.deploy->before, "before", Stage::proof_before, *evidence.deploy, to);
  find_proof_of(evidence.deploy->after, "after", Stage::proof_after, *evidence.deploy, to);
}

} // namespace streamgate::evaluate
