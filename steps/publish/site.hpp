// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "publish/history.hpp"
#include "publish/run_record.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streamgate::publish {

// Largest raw record that is published, in bytes, and the most that one run publishes in all.
inline constexpr std::size_t k_largest_file = std::size_t{1} << 20U;
inline constexpr std::size_t k_largest_run = std::size_t{64} << 20U;

// A run ready to be put into a site: its record and its raw files, all redacted.
struct Run {
  RunRecord record;
  std::string path;                         // of its page, without ".html"
  std::map<std::string, std::string> files; // relative to the run directory
  std::optional<HistoryLine> history;       // nothing when the run cannot stand there: the record's problems say why
};

// Read a run's directory; `label` is free text shown beside the run. Errors: not_found when there is nothing; io.
Result<Run> read_run(const record::RunDir& run_dir, const std::string& label, WallTime now);

// What a site has now, by path. `read` gives nothing for a file that is not there; `list` all files below a folder.
struct SiteView {
  ReadFile read;
  ListFiles list;
};

// path -> new content, or nothing for a file that goes.
using SiteChanges = std::map<std::string, std::optional<std::string>>;

// Return what must change in a site to hold this run exactly once. `problems` says what of the history was found
// broken, and stays. Errors: bad_input for an index.json that is broken (it is never overwritten: the other runs are in
// it); those of `view`.
Result<SiteChanges> changes_for(const Run& run, const SiteView& view, std::vector<std::string>& problems);

} // namespace streamgate::publish
