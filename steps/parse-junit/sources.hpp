// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "parse-junit/planned.hpp"
#include "record/run_dir.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace streamgate::parse_junit {

enum class SourceKind { junit, gauge_console };

// A file to read results from.
struct Source {
  std::filesystem::path path;
  std::string label; // as results.json names it: relative to the run directory where it lies inside
  std::string suite; // begins every id
  SourceKind kind = SourceKind::junit;
  std::vector<std::string> problems = {}; // known before reading: with any, the source is not complete
  bool readable = true;                   // false: there is nothing to read, only the problems to report
};

struct Sources {
  std::vector<Source> files;
  Planned planned; // of the suites that the files belong to
};

// Find what there is to read: `given` when not empty, else what each raw/<suite>/run.json names (Gauge's console log
// for a suite that left no XML), else raw/**/*.xml.
Sources find_sources(const record::RunDir& run_dir, const std::vector<std::string>& given);

} // namespace streamgate::parse_junit
