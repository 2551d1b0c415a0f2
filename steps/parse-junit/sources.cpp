// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/sources.hpp"

#include "base/redact.hpp"

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
  return path.extension() == ".log" ? SourceKind::gauge_console : SourceKind::junit;
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

void add_suite(const record::RunDir& run_dir, const Suite& suite, Sources& to)
{
  const auto& run = suite.run;
  to.planned.add(run.suite, run.planned);
  std::vector<std::string> xml; // beside it the runners leave JSON of their own, which says the same
  std::ranges::copy_if(run.results, std::back_inserter(xml),
                       [](const fs::path& file) { return file.extension() == ".xml"; });
  const bool some = std::ranges::any_of(xml, [&](const auto& file) { return is_file(run_dir.path(file)); });
  const bool log = run.runner == record::Runner::gauge && !run.log.empty() && is_file(run_dir.path(run.log));
  if (!some && log) {
    to.files.push_back({run_dir.path(run.log), run.log, run.suite, SourceKind::gauge_console, problems_of(run)});
    return;
  }
  for (const auto& file : xml)
    to.files.push_back({run_dir.path(file), file, run.suite, SourceKind::junit, problems_of(run)});
  if (xml.empty()) to.files.push_back(nothing_of(suite, "the suite left no file of results"));
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

Sources given_sources(const record::RunDir& run_dir, const std::vector<std::string>& given)
{
  Sources out;
  std::vector<Source> ignored; // of suites that nobody asked for
  const auto suites = load_suites(run_dir, ignored);
  for (const auto& file : given) {
    const fs::path path = file;
    const auto* suite = owner_of(run_dir, suites, path);
    if (suite == nullptr) {
      out.files.push_back({path, label_of(run_dir, path), path.stem().string(), kind_of(path)});
      continue;
    }
    out.planned.add(suite->run.suite, suite->run.planned);
    out.files.push_back({path, label_of(run_dir, path), suite->run.suite, kind_of(path), problems_of(suite->run)});
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

Sources find_sources(const record::RunDir& run_dir, const std::vector<std::string>& given)
{
  if (!given.empty()) return given_sources(run_dir, given);
  Sources out;
  const auto suites = load_suites(run_dir, out.files);
  for (const auto& suite : suites) add_suite(run_dir, suite, out);
  return out.files.empty() ? loose_files(run_dir) : std::move(out);
}

} // namespace streamgate::parse_junit
