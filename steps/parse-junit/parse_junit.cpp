// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/parse_junit.hpp"

#include "base/redact.hpp"
#include "parse-junit/read_source.hpp"
#include "parse-junit/results_file.hpp"
#include "parse-junit/sources.hpp"
#include "parse-junit/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::parse_junit {
namespace {

void add_missing(const Planned& planned, const RowSink& sink)
{
  for (const auto& [suite, id] : planned.unseen()) {
    const auto name = id.starts_with(suite + "/") ? id.substr(suite.size() + 1) : id;
    sink({id, suite, name, record::TestStatus::missing, 0, 0, "planned, and nothing was heard of it"});
  }
}

Status judge(const Summary& summary)
{
  const auto broken = std::ranges::count(summary.sources, false, &record::ResultSource::complete);
  if (broken > 0) {
    const auto& first = *std::ranges::find(summary.sources, false, &record::ResultSource::complete);
    return fail(ErrorCode::bad_input,
                fmt::format("{} of {} sources of results are not complete; {}: {}", broken, summary.sources.size(),
                            first.file, first.problems.empty() ? "unknown" : first.problems.front()),
                "results.json holds what could be read; look at the end of the console log of the suite");
  }
  if (summary.counts.executed + summary.counts.skipped + summary.counts.missing == 0) {
    return fail(ErrorCode::no_tests, "the results hold no test",
                "look at the suite's console log and at its tags and patterns");
  }
  return {};
}

} // namespace

StepInfo Options::info()
{
  return {
      .name = "parse-junit",
      .summary = "Reads what the test suites left (JUnit XML, or Gauge's console output) and writes one row per test.",
      .reads = "raw/<suite>/run.json and the files of results that it names; raw/**/*.xml where there is none",
      .writes = "results.json, and ctrf.json (the same in the Common Test Report Format)",
      .results = {{"test-counts", "JSON object: planned, executed, passed, flaky, failed, error, skipped, missing"}},
      .example = "parse-junit --run-dir run raw/smoke/junit.xml",
  };
}

void Options::bind(Cli& cli)
{
  cli.rest("FILE", files, "JUnit files, or console logs of gauge (*.log), to read instead of what raw/ holds");
}

Result<Outcome> run(const Options& options, const Deps& deps)
{
  const record::RunDir run_dir(options.common.run_dir);
  SG_TRY_ASSIGN(auto sources, find_sources(run_dir, options.files));
  if (sources.files.empty()) {
    return fail(ErrorCode::no_tests, fmt::format("there are no results below {}", run_dir.path("raw").string()),
                "run-tests writes raw/<suite>/; or name the files on the command line");
  }
  SG_TRY_ASSIGN(auto file, ResultsFile::create(run_dir.path(record::Results::k_file)));
  const RowSink write = [&](const Row& row) { file.put(row); };
  Summary summary{record::Results::k_file, {}, 0, {}};
  const RowSink sink = [&](const Row& row) {
    // Of files that no suite's list goes with, names are not looked at here: that takes a twentieth of all time.
    if (sources.planned.empty() || sources.planned.saw(row.id)) return write(row);
    const bool odd = redact::suspicious(row.id);
    const auto id = odd ? redact::clean(row.id) : std::string();
    const auto name = odd ? redact::clean(row.name) : std::string();
    auto cleaned = row;
    if (odd) {
      cleaned.id = id;
      cleaned.name = name;
    }
    const bool planned = odd && sources.planned.saw(id);
    if (!planned && sources.planned.lists(row.suite) && !sources.planned.under(cleaned.id)) ++summary.unplanned;
    write(cleaned);
  };
  for (const auto& source : sources.files) {
    SG_TRY_ASSIGN(auto read, read_source(source, sources.planned, sink, deps));
    summary.sources.push_back(std::move(read));
  }
  add_missing(sources.planned, write);
  SG_TRY(file.finish(static_cast<std::int64_t>(sources.planned.size()), summary.sources, sources.times));
  summary.counts = file.counts();
  deps.print(options.common.json_output ? to_pretty_json(summary) : text_of(summary, file.told()));
  SG_TRY(judge(summary));
  return Outcome{ExitStatus::passed, {{"test-counts", to_json(summary.counts)}}};
}

} // namespace streamgate::parse_junit
