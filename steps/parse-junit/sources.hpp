// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "parse-junit/ctrf_text.hpp"
#include "parse-junit/planned.hpp"
#include "record/run_dir.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace streamgate::parse_junit {

// `gauge_result`: Gauge's own .gauge/last_run_result. `go_events`: what `go test -json` prints.
enum class SourceKind { junit, gauge_result, go_events, gauge_console };

// A file to read results from.
struct Source {
  std::filesystem::path path;
  std::string label; // as results.json names it: relative to the run directory where it lies inside
  std::string suite; // begins every id
  SourceKind kind = SourceKind::junit;
  std::vector<std::string> problems = {}; // known before reading: with any, the source is not complete
  bool readable = true;                   // false: there is nothing to read, only the problems to report
  // Of a second run: the only tests that it may speak of, and whether it came to its end. Where it did not, what it
  // does not say leaves its tests as they were.
  struct Second {
    std::set<std::string, std::less<>> tests;
    bool ended_well = true;
  };
  std::optional<Second> second = {};
};

struct Sources {
  std::vector<Source> files;
  Planned planned; // of the suites that the files belong to
  RunTimes times;  // from the first suite's begin to the last one's end
};

// Find what there is to read: `given` (files and patterns, see files_for) when not empty, else what each
// raw/<suite>/run.json names, its second runs included, else raw/**/*.xml. Of a suite the best that is there: XML, then
// last_run_result or go test's events, then Gauge's console log. Errors: those of files_for.
Result<Sources> find_sources(const record::RunDir& run_dir, const std::vector<std::string>& given);

} // namespace streamgate::parse_junit
