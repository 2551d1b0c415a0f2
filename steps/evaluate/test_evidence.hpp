// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "evaluate/evidence.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

// Evidence of a run in which everything is well, and the means to spoil it.
namespace streamgate::evaluate::test_support {

inline record::StepError step_error(std::string step, std::string why, std::int64_t exit_code, std::string message,
                                    std::string instance = {})
{
  return {1,        std::move(step),       std::move(instance), exit_code, std::move(why), std::move(message),
          "a hint", "2026-03-01T09:10:00Z"};
}

inline std::unexpected<Error> absent(const std::string& file)
{
  return fail(ErrorCode::not_found, "cannot read " + file + ": No such file or directory");
}

// Make results of one suite with a row for each status, all of them planned.
inline record::Results results_of(const std::vector<record::TestStatus>& statuses)
{
  record::Results out;
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const auto name = fmt::format("t{}", i);
    const bool ran = statuses[i] != record::TestStatus::missing && statuses[i] != record::TestStatus::skipped;
    out.tests.push_back(
        {"s/" + name, "s", name, statuses[i], 1, 0, statuses[i] == record::TestStatus::failed ? "why" : "", ""});
    out.counts.executed += ran ? 1 : 0;
    switch (statuses[i]) {
    case record::TestStatus::passed:
      ++out.counts.passed;
      break;
    case record::TestStatus::failed:
      ++out.counts.failed;
      break;
    case record::TestStatus::error:
      ++out.counts.error;
      break;
    case record::TestStatus::skipped:
      ++out.counts.skipped;
      break;
    case record::TestStatus::missing:
      ++out.counts.missing;
      break;
    }
  }
  out.counts.planned = static_cast<std::int64_t>(statuses.size());
  out.sources.push_back({"raw/s/junit.xml", out.counts.planned, true, {}});
  return out;
}

inline record::SuiteRun suite_of(std::size_t tests)
{
  record::SuiteRun out;
  out.suite = "s";
  out.runner = record::Runner::go_test;
  out.state = record::SuiteState::finished;
  out.started = "2026-03-01T09:16:00Z";
  out.finished = "2026-03-01T09:29:00Z";
  for (std::size_t i = 0; i < tests; ++i) out.planned.push_back(fmt::format("s/t{}", i));
  out.exit_code = 0;
  out.ended = "exited";
  out.results = {"raw/s/junit.xml"};
  out.log = "raw/s/console.log";
  return out;
}

inline void set_tests(Evidence& evidence, const std::vector<record::TestStatus>& statuses)
{
  evidence.results = results_of(statuses);
  if (!evidence.suites.empty()) evidence.suites[0].run = suite_of(statuses.size());
}

// As when the pipeline ended at `deploy`.
inline void nothing_after_deploy(Evidence& evidence)
{
  if (evidence.deploy) evidence.deploy->after.reset();
  evidence.suites.clear();
  evidence.results = absent("results.json");
}

inline std::vector<TaskEnd> all_succeeded()
{
  return {{"plan", "Succeeded"},
          {"build", "Succeeded"},
          {"deploy", "Succeeded"},
          {"test", "Succeeded"},
          {"analyze", "Succeeded"}};
}

inline record::Proof proof(std::string time)
{
  return {std::move(time),
          "uid-of-the-claim",
          true,
          {{"pipeline", "controller", "Deployment/c", "pod", "main", "sha256:built", "sha256:built", true, ""}}};
}

inline record::Plan plan()
{
  record::Plan out;
  out.run = "run-7";
  out.created = "2026-03-01T09:00:00Z";
  out.suite.name = "s";
  out.components.emplace_back();
  out.components[0].name = "pipeline";
  out.components[0].repository = "https://git.example.com/pipeline.git";
  out.components[0].requested_ref = "v1";
  out.components[0].ref = "refs/tags/v1";
  out.components[0].kind = record::RefKind::tag;
  out.components[0].commit = "cafe";
  return out;
}

inline record::BuiltComponent built()
{
  record::BuiltComponent out;
  out.component = "pipeline";
  out.commit = "cafe";
  out.images.push_back({"controller",
                        "./cmd/controller",
                        {"IMAGE_X"},
                        true,
                        "sha256:built",
                        "r/c@sha256:built",
                        "r/c@sha256:built",
                        false});
  return out;
}

inline record::Deploy deploy()
{
  record::Deploy out;
  out.run = "run-7";
  out.server = "https://target:6443";
  out.expected.push_back({"pipeline", "controller", "IMAGE_X", "r/c@sha256:built", "sha256:built"});
  out.before = proof("2026-03-01T09:15:00Z");
  out.after = proof("2026-03-01T09:30:00Z");
  return out;
}

inline Evidence good()
{
  using record::TestStatus;
  Evidence out{plan(), {}, deploy(), {}, results_of({TestStatus::passed, TestStatus::passed, TestStatus::passed}),
               {},     {}};
  out.built.push_back({"pipeline", built()});
  out.suites.push_back({"s", suite_of(3)});
  return out;
}

} // namespace streamgate::evaluate::test_support
