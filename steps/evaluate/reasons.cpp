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

constexpr std::size_t k_most_named = 3;

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

std::string named(const std::vector<std::string>& ids)
{
  std::string out;
  for (std::size_t i = 0; i < std::min(ids.size(), k_most_named); ++i)
    out += (i == 0 ? "" : ", ") + utf8::truncate(ids[i], 200);
  if (ids.size() > k_most_named) out += fmt::format(" and {} more", ids.size() - k_most_named);
  return out;
}

template <class Predicate>
std::vector<std::string> ids_where(const record::Results& results, Predicate predicate)
{
  std::vector<std::string> out;
  for (const auto& test : results.tests) {
    if (predicate(test.status)) out.push_back(test.id);
  }
  return out;
}

// The ids of all rows. A row of a Gauge table ("Name 3") that is not planned itself stands for its scenario ("Name"),
// which is what is planned.
std::set<std::string, std::less<>> ids_heard(const record::Results& results, const std::set<std::string>& planned)
{
  std::set<std::string, std::less<>> out;
  for (const auto& test : results.tests) {
    out.insert(test.id);
    if (planned.contains(test.id)) continue;
    const auto last = test.id.find_last_not_of("0123456789");
    if (last != std::string::npos && last + 1 < test.id.size() && test.id[last] == ' ')
      out.insert(test.id.substr(0, last));
  }
  return out;
}

bool failing(record::TestStatus status)
{
  return status == record::TestStatus::failed || status == record::TestStatus::error;
}

// The counts of the rows themselves.
record::TestCounts count(const record::Results& results)
{
  record::TestCounts out;
  const auto of = [&](record::TestStatus status) {
    return std::ranges::count(results.tests, status, &record::TestResult::status);
  };
  out.passed = of(record::TestStatus::passed);
  out.failed = of(record::TestStatus::failed);
  out.error = of(record::TestStatus::error);
  out.skipped = of(record::TestStatus::skipped);
  out.missing = of(record::TestStatus::missing);
  out.executed = out.passed + out.failed + out.error;
  out.planned = results.counts.planned;
  return out;
}

// True when it is known that something else ran than what was built: what failed then is no evidence against the
// change.
bool others_ran(const Evidence& evidence)
{
  const auto differs = [](const std::optional<record::Proof>& proof) {
    return proof && std::ranges::any_of(proof->rows, [](const record::ProofRow& row) {
             return !row.running.empty() && row.running != row.expected;
           });
  };
  if (evidence.deploy) {
    const auto& [before, after] = std::tie(evidence.deploy->before, evidence.deploy->after);
    if (differs(before) || differs(after) || (before && after && before->claim != after->claim)) return true;
  }
  return std::ranges::any_of(evidence.errors,
                             [](const auto& error) { return error.reason == reason(ErrorCode::proof_failed); });
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
                      "task's timeout",
                      task.name));
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

void find_suites(const Evidence& evidence, Findings& to)
{
  if (evidence.suites.empty()) add(to, Weight::absence, Stage::test, ErrorCode::no_tests, "no test suite ran");
  else if (evidence.plan && std::ranges::find(evidence.suites, evidence.plan->suite.name, &Evidence::Suite::name) ==
                                evidence.suites.end())
    add(to, Weight::absence, Stage::test, ErrorCode::no_tests,
        fmt::format("suite {} was planned, but did not run", evidence.plan->suite.name));
  for (const auto& [name, run] : evidence.suites) {
    if (!run) {
      add_unread(to, Stage::test, run.error());
    } else if (run->state == record::SuiteState::listed) {
      add(to, Weight::suite, Stage::test, ErrorCode::cancelled,
          fmt::format("suite {} never finished: what ran it was killed", name));
    } else if (run->ended == "timed-out") {
      add(to, Weight::suite, Stage::test, ErrorCode::timeout, fmt::format("suite {} ran into its timeout", name));
    } else if (run->ended != "exited") {
      add(to, Weight::suite, Stage::test, ErrorCode::cancelled,
          fmt::format("suite {} was ended from outside ({})", name, run->ended));
    } else if (run->planned.empty()) {
      add(to, Weight::suite, Stage::test, ErrorCode::no_tests,
          fmt::format("suite {} listed no test before it ran", name));
    }
    const bool silent = run && run->ended == "exited" && run->exit_code != 0 && evidence.results &&
                        std::ranges::none_of(evidence.results->tests, [&](const record::TestResult& test) {
                          return test.suite == run->suite && failing(test.status);
                        });
    if (silent) {
      add(to, Weight::suite, Stage::test, ErrorCode::bad_input,
          fmt::format("the runner of suite {} exited with {}, but no test of it is recorded as failed", name,
                      run->exit_code));
    }
  }
}

void find_results(const Evidence& evidence, Findings& to)
{
  if (!evidence.results) return add_unread(to, Stage::results, evidence.results.error());
  const auto& results = *evidence.results;
  const auto counts = count(results);
  if (to_json(counts) != to_json(results.counts)) {
    add(to, Weight::suite, Stage::later, ErrorCode::bad_input,
        "results.json contradicts itself: its counts are not those of its rows");
  }
  const auto bad = ids_where(results, failing);
  if (!bad.empty()) {
    const auto text = fmt::format("{} of {} tests failed: {}", bad.size(), counts.executed, named(bad));
    if (others_ran(evidence))
      add(to, Weight::suite, Stage::later, ErrorCode::test_failed,
          text + "; not held against the change, because other images ran");
    else add(to, Weight::failed_tests, Stage::later, ErrorCode::test_failed, text, ExitStatus::failed);
  }
  const auto missing =
      ids_where(results, [](record::TestStatus status) { return status == record::TestStatus::missing; });
  if (!missing.empty()) {
    add(to, Weight::suite, Stage::later, ErrorCode::no_tests,
        fmt::format("{} of {} planned tests were never heard of: {}", missing.size(), counts.planned, named(missing)));
  }
  if (counts.planned == 0)
    add(to, Weight::suite, Stage::later, ErrorCode::no_tests,
        "no test was listed before the run, so that nobody can say whether all ran");
  if (counts.executed == 0) {
    add(to, Weight::suite, Stage::later, ErrorCode::no_tests,
        counts.skipped > 0 ? fmt::format("no test ran: all {} were skipped", counts.skipped) : "no test ran");
  }
  std::set<std::string> planned;
  for (const auto& suite : evidence.suites) {
    if (suite.run) planned.insert(suite.run->planned.begin(), suite.run->planned.end());
  }
  if (static_cast<std::int64_t>(planned.size()) != counts.planned) {
    add(to, Weight::suite, Stage::later, ErrorCode::bad_input,
        fmt::format("results.json counts {} planned tests, but the suites listed {}", counts.planned, planned.size()));
  }
  std::vector<std::string> lost;
  const auto heard = ids_heard(results, planned);
  std::ranges::copy_if(planned, std::back_inserter(lost), [&](const std::string& id) { return !heard.contains(id); });
  if (!lost.empty()) {
    add(to, Weight::suite, Stage::later, ErrorCode::no_tests,
        fmt::format("{} of {} planned tests have no row in results.json: {}", lost.size(), planned.size(),
                    named(lost)));
  }
  if (results.sources.empty())
    add(to, Weight::suite, Stage::results, ErrorCode::bad_input, "results.json names no file that it was read from");
  for (const auto& source : results.sources) {
    if (source.complete) continue;
    add(to, Weight::suite, Stage::results, ErrorCode::bad_input,
        fmt::format("{} is not complete{}", source.file,
                    source.problems.empty() ? "" : ": " + source.problems.front()));
  }
}

} // namespace streamgate::evaluate
