// SPDX-License-Identifier: Apache-2.0
#include "publish/run_record.hpp"

#include "base/time.hpp"
#include "record/page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::publish {
namespace {

// A record that is not there is no problem; one that cannot be read is, and is said.
template <class T>
std::optional<T> take(const record::RunDir& run_dir, RunRecord& out)
{
  if (!run_dir.has(T::k_file)) return std::nullopt;
  auto loaded = run_dir.load<T>();
  if (loaded) return std::move(*loaded);
  out.problems.push_back(loaded.error().text());
  return std::nullopt;
}

void add_plan(RunRecord& out, const record::Plan& plan)
{
  out.run = plan.run;
  out.time = plan.created;
  out.suite = plan.suite.name;
  for (const auto& component : plan.components) {
    out.components.push_back({component.name, component.repository, component.requested_ref, component.commit});
  }
}

void add_verdict(RunRecord& out, const record::Verdict& verdict)
{
  out.run = verdict.run;
  if (!verdict.finished.empty()) out.time = verdict.finished;
  out.verdict = std::string(name_of(verdict.verdict));
  out.summary = verdict.summary;
  out.gate = verdict.gate;
  out.reasons = verdict.reasons;
  out.counts = verdict.counts;
  if (!verdict.suite.empty()) out.suite = verdict.suite;
  if (!out.components.empty()) return;
  for (const auto& component : verdict.components)
    out.components.push_back({component.name, "", component.ref, component.commit});
}

std::string folder_name(const std::filesystem::path& folder)
{
  std::error_code ignored;
  auto path = std::filesystem::absolute(folder, ignored).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.filename().string();
}

} // namespace

Result<RunRecord> collect(const record::RunDir& run_dir)
{
  RunRecord out;
  const auto plan = take<record::Plan>(run_dir, out);
  if (plan) add_plan(out, *plan);
  const auto results = take<record::Results>(run_dir, out);
  if (results) {
    out.counts = results->counts;
    out.tests = results->tests;
  }
  const auto failures = take<record::Failures>(run_dir, out);
  if (failures) {
    out.failures = failures->failures;
    out.clusters = failures->clusters;
  }
  const auto deploy = take<record::Deploy>(run_dir, out);
  if (deploy) {
    out.before = deploy->before;
    out.after = deploy->after;
  }
  out.errors = run_dir.errors();
  // An earlier try of our own; that the history could not be read is told.
  std::erase_if(out.errors, [](const auto& error) { return error.step == "publish" && error.instance.empty(); });
  const auto verdict = take<record::Verdict>(run_dir, out);
  if (verdict) add_verdict(out, *verdict);
  if (!plan && !results && !failures && !deploy && !verdict && out.errors.empty() && out.problems.empty()) {
    return fail(ErrorCode::not_found, fmt::format("{} holds no record of a run", run_dir.root().string()),
                "--run-dir must be the directory that the other steps of the run wrote into");
  }
  if (out.run.empty()) out.run = folder_name(run_dir.root());
  if (out.time.empty() && !out.errors.empty()) out.time = out.errors.front().time;
  return out;
}

std::string path_of(const RunRecord& record, WallTime now)
{
  const auto time = parse_rfc3339(record.time);
  return record::page_path(record.run, time ? *time : now);
}

} // namespace streamgate::publish
