// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/sources.hpp"

#include "base/redact.hpp"
#include "base/time.hpp"
#include "parse-junit/glob.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace streamgate::parse_junit {
namespace {

namespace fs = std::filesystem;

struct Suite {
  std::string folder; // below raw/
  record::SuiteRun run;
};

fs::path resolved(const fs::path& path)
{
  std::error_code problem;
  auto out = fs::weakly_canonical(path, problem);
  return problem ? path : out;
}

std::string label_of(const record::RunDir& run_dir, const fs::path& path)
{
  const auto relative = resolved(path).lexically_relative(resolved(run_dir.root()));
  const bool inside = !relative.empty() && *relative.begin() != "..";
  return inside ? relative.string() : path.string();
}

SourceKind kind_of(const fs::path& path)
{
  if (path.extension() == ".log") return SourceKind::gauge_console;
  if (path.extension() == ".json") return SourceKind::go_events;
  return path.filename() == "last_run_result" ? SourceKind::gauge_result : SourceKind::junit;
}

bool is_file(const fs::path& path)
{
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

// The first id that is planned twice, as the rows' ids are redacted; "" when there is none. One row would answer for
// both.
std::string planned_twice(const record::SuiteRun& run)
{
  std::set<std::string> seen;
  for (const auto& given : run.planned) {
    auto id = redact::clean(given);
    if (const auto [at, fresh] = seen.insert(std::move(id)); !fresh) return *at;
  }
  return {};
}

std::vector<std::string> problems_of(const record::SuiteRun& run)
{
  if (const auto id = planned_twice(run); !id.empty())
    return {fmt::format("the suite {} planned the test {} twice", run.suite, id)};
  if (run.state != record::SuiteState::finished) {
    return {fmt::format("the suite {} never finished: run-tests was killed while it ran", run.suite)};
  }
  if (run.ended == "exited") return {};
  return {fmt::format("the suite {} was ended before it was through ({})", run.suite, run.ended)};
}

// What is left when neither results nor a console log are there.
Source nothing_of(const Suite& suite, std::string why)
{
  const auto file = record::SuiteRun::file(suite.folder);
  Source out{{}, file, suite.run.suite, SourceKind::junit, problems_of(suite.run), false};
  out.problems.push_back(std::move(why));
  return out;
}

// run-tests leaves last_run_result empty where it could not be redacted.
bool is_there(const Source& source)
{
  std::error_code ignored;
  return is_file(source.path) && (source.kind != SourceKind::gauge_result || fs::file_size(source.path, ignored) > 0);
}

// The files of one run of a suite's tests, of the best kind that is there: every kind says the same, so that two of
// them would count each test twice.
std::vector<Source> files_of(const record::RunDir& run_dir, const record::SuiteRun& run,
                             const std::vector<std::string>& results, const std::string& log)
{
  const auto of_kind = [&](SourceKind kind) {
    std::vector<Source> out;
    for (const auto& file : results) {
      if (kind_of(file) == kind) out.push_back({run_dir.path(file), file, run.suite, kind});
    }
    return out;
  };
  const bool gauge = run.runner == record::Runner::gauge;
  for (const auto kind : {SourceKind::junit, gauge ? SourceKind::gauge_result : SourceKind::go_events}) {
    auto out = of_kind(kind);
    if (std::ranges::any_of(out, is_there)) return out;
  }
  if (gauge && !log.empty() && is_file(run_dir.path(log)))
    return {{run_dir.path(log), log, run.suite, SourceKind::gauge_console}};
  return of_kind(SourceKind::junit);
}

void make_second(const record::Rerun& rerun, Source& source)
{
  Source::Second second;
  for (const auto& id : rerun.tests) second.tests.insert(redact::clean(id));
  second.ended_well = rerun.ended == "exited";
  if (!second.ended_well) {
    source.problems.push_back(fmt::format("the second run (attempt {}) was ended before it was through ({})",
                                          rerun.attempt, rerun.ended.empty() ? "killed" : rerun.ended));
  }
  source.second = std::move(second);
}

void widen(RunTimes& times, const record::SuiteRun& run)
{
  const auto at = [](const std::string& text) -> std::int64_t {
    const auto time = parse_rfc3339(text);
    return time ? time->time_since_epoch().count() : 0;
  };
  const auto see = [&](const std::string& started, const std::string& finished) {
    if (const auto start = at(started); start > 0)
      times.start = times.start == 0 ? start : std::min(times.start, start);
    times.stop = std::max({times.stop, at(finished), times.start});
  };
  see(run.started, run.finished);
  for (const auto& rerun : run.reruns) see(rerun.started, rerun.finished);
}

void add_suite(const record::RunDir& run_dir, const Suite& suite, Sources& to)
{
  const auto& run = suite.run;
  to.planned.add(run.suite, run.planned, run.runner == record::Runner::gauge);
  widen(to.times, run);
  auto files = files_of(run_dir, run, run.results, run.log);
  if (files.empty()) to.files.push_back(nothing_of(suite, "the suite left no file of results"));
  for (auto& file : files) {
    file.problems = problems_of(run);
    to.files.push_back(std::move(file));
  }
  for (const auto& rerun : run.reruns) {
    for (auto& file : files_of(run_dir, run, rerun.results, rerun.log)) {
      make_second(rerun, file);
      to.files.push_back(std::move(file));
    }
  }
}

// Load all raw/<suite>/run.json; one that cannot be read is a source that is not complete.
std::vector<Suite> load_suites(const record::RunDir& run_dir, std::vector<Source>& broken)
{
  std::vector<Suite> out;
  for (const auto& name : run_dir.suites()) {
    const auto file = record::SuiteRun::file(name);
    auto run = run_dir.load<record::SuiteRun>(file);
    if (run) out.push_back({name, std::move(*run)});
    else broken.push_back({{}, file, name, SourceKind::junit, {run.error().text()}, false});
  }
  return out;
}

const Suite* owner_of(const record::RunDir& run_dir, const std::vector<Suite>& suites, const fs::path& file)
{
  const auto path = resolved(file);
  for (const auto& suite : suites) {
    const auto folder = resolved(run_dir.path("raw/" + suite.folder));
    const auto relative = path.lexically_relative(folder);
    if (!relative.empty() && *relative.begin() != "..") return &suite;
    for (const auto& result : suite.run.results) {
      if (resolved(run_dir.path(result)) == path) return &suite;
    }
  }
  return nullptr;
}

void add_given(const record::RunDir& run_dir, const std::vector<Suite>& suites, const fs::path& path, Sources& to)
{
  const auto* suite = owner_of(run_dir, suites, path);
  if (suite == nullptr) {
    to.files.push_back({path, label_of(run_dir, path), path.stem().string(), kind_of(path)});
    return;
  }
  to.planned.add(suite->run.suite, suite->run.planned, suite->run.runner == record::Runner::gauge);
  widen(to.times, suite->run);
  Source source{path, label_of(run_dir, path), suite->run.suite, kind_of(path)};
  const auto rerun = std::ranges::find_if(suite->run.reruns, [&](const record::Rerun& one) {
    return std::ranges::any_of(one.results,
                               [&](const auto& file) { return run_dir.path(file) == run_dir.path(source.label); });
  });
  if (rerun != suite->run.reruns.end()) make_second(*rerun, source);
  else source.problems = problems_of(suite->run);
  to.files.push_back(std::move(source));
}

Result<Sources> given_sources(const record::RunDir& run_dir, const std::vector<std::string>& given)
{
  Sources out;
  std::vector<Source> ignored; // of suites that nobody asked for
  const auto suites = load_suites(run_dir, ignored);
  std::set<fs::path> seen; // a file that is named twice says nothing twice
  for (const auto& pattern : given) {
    SG_TRY_ASSIGN(const auto files, files_for(pattern));
    for (const auto& file : files) {
      if (seen.insert(resolved(file)).second) add_given(run_dir, suites, file, out);
    }
  }
  return out;
}

// raw/<folder>/x.xml belongs to the suite <folder>, raw/x.xml to x.
Sources loose_files(const record::RunDir& run_dir)
{
  Sources out;
  const auto raw = run_dir.path("raw");
  std::error_code problem;
  for (auto it = fs::recursive_directory_iterator(raw, problem); !problem && it != fs::end(it); it.increment(problem)) {
    const auto& path = it->path();
    if (path.extension() != ".xml" || !is_file(path)) continue;
    const auto below = path.lexically_relative(raw);
    const auto suite = below.has_parent_path() ? below.begin()->string() : path.stem().string();
    out.files.push_back({path, label_of(run_dir, path), suite, SourceKind::junit});
  }
  std::ranges::sort(out.files, {}, &Source::label);
  return out;
}

} // namespace

Result<Sources> find_sources(const record::RunDir& run_dir, const std::vector<std::string>& given)
{
  if (!given.empty()) return given_sources(run_dir, given);
  Sources out;
  const auto suites = load_suites(run_dir, out.files);
  for (const auto& suite : suites) add_suite(run_dir, suite, out);
  return out.files.empty() ? loose_files(run_dir) : std::move(out);
}

} // namespace streamgate::parse_junit
