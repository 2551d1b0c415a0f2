// SPDX-License-Identifier: Apache-2.0
#include "evaluate/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace streamgate::evaluate {
namespace {

using record::Speaks;
using record::TestStatus;
using Lines = std::vector<record::VerdictLine>;

struct Part {
  Stage stage;
  std::string_view about;
};
constexpr std::array k_parts{Part{Stage::plan, "plan"},         Part{Stage::build, "images"},
                             Part{Stage::deploy, "deployment"}, Part{Stage::proof_before, "proof before"},
                             Part{Stage::test, "suites"},       Part{Stage::proof_after, "proof after"},
                             Part{Stage::results, "results"},   Part{Stage::later, "tests"}};

std::string plan_line(const record::Plan& plan)
{
  std::string out;
  for (const auto& component : plan.components)
    out += fmt::format("{}{} at {} ({})", out.empty() ? "" : ", ", component.name, component.commit,
                       component.ref.empty() ? component.requested_ref : component.ref);
  return out;
}

std::string images_line(const std::vector<Evidence::Built>& built)
{
  std::size_t images = 0;
  for (const auto& one : built) images += one.record ? one.record->images.size() : 0;
  return fmt::format("{} images of {} component{}, each of the planned commit", images, built.size(),
                     built.size() == 1 ? "" : "s");
}

std::string proof_line(const record::Proof& proof)
{
  return fmt::format("{} containers run the digest that was built ({})", proof.rows.size(), proof.time);
}

std::string suites_line(const Evidence& evidence, const Policy& policy)
{
  std::string out;
  for (const auto& [name, run] : evidence.suites) {
    if (!run) continue;
    out += fmt::format("{}{} ({}): {} tests planned, the runner exited with {}", out.empty() ? "" : "; ", name,
                       name_of(policy.suite(name).role), run->planned.size(), run->exit_code);
    for (const auto& rerun : run->reruns)
      out += fmt::format(", {} run again (try {}) exited with {}", rerun.tests.size(), rerun.attempt, rerun.exit_code);
  }
  return out;
}

std::string tests_line(const record::TestCounts& counts)
{
  return fmt::format("{} planned, {} ran, {} passed ({} of them flaky), {} failed, {} skipped themselves, {} missing",
                     counts.planned, counts.executed, counts.passed, counts.flaky, counts.failed + counts.error,
                     counts.skipped, counts.missing);
}

// What is there and has nothing against it; "" when it is not there.
std::string good_line(Stage stage, const Evidence& evidence, const Policy& policy)
{
  const auto* deploy = evidence.deploy ? &*evidence.deploy : nullptr;
  switch (stage) {
  case Stage::plan:
    return evidence.plan ? plan_line(*evidence.plan) : "";
  case Stage::build:
    return evidence.built.empty() ? "" : images_line(evidence.built);
  case Stage::deploy:
    return deploy == nullptr ? ""
                             : fmt::format("{} variables of the operator at {} name the built images",
                                           deploy->changes.size(), deploy->server);
  case Stage::proof_before:
    return deploy != nullptr && deploy->before ? proof_line(*deploy->before) : "";
  case Stage::test:
    return suites_line(evidence, policy);
  case Stage::proof_after:
    return deploy != nullptr && deploy->after ? proof_line(*deploy->after) + ", and the target was held all the time"
                                              : "";
  case Stage::results:
    return evidence.results
               ? fmt::format("{} read to their end", evidence.results->sources.size() == 1
                                                         ? "1 file"
                                                         : fmt::format("{} files", evidence.results->sources.size()))
               : "";
  case Stage::later:
    return evidence.results ? tests_line(evidence.results->counts) : "";
  }
  return {};
}

} // namespace

std::vector<record::VerdictLine> explain(const Evidence& evidence, const Policy& policy, const Findings& against)
{
  Lines out;
  for (const auto& [stage, about] : k_parts) {
    const auto of_stage = [&](const Finding& finding) { return finding.stage == stage; };
    const bool bad = std::ranges::any_of(against, of_stage);
    const auto good = good_line(stage, evidence, policy);
    // Counts are worth saying beside what is against them.
    if (!good.empty() && (!bad || stage == Stage::later || stage == Stage::test))
      out.push_back({std::string(about), bad ? Speaks::noted : Speaks::good, good});
    for (const auto& finding : against) {
      if (of_stage(finding)) out.push_back({std::string(about), Speaks::against, finding.code + ": " + finding.text});
    }
  }
  return out;
}

} // namespace streamgate::evaluate
