// SPDX-License-Identifier: Apache-2.0
#include "publish/site.hpp"

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/redact.hpp"
#include "publish/pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <tuple>
#include <utility>

namespace streamgate::publish {
namespace {

namespace fs = std::filesystem;

// The run directory may hold checkouts and build output, too: only records are published.
constexpr std::string_view k_own_error = "errors/publish.json";
constexpr std::array<std::string_view, 4> k_folders{"artifacts", "errors", "images", "raw"};

// What git refuses in a tree, or what hides.
bool good_part(const std::string& part)
{
  return !part.starts_with('.') && part != "git~1";
}

// Add the regular files below `folder`, relative to `root`; links are not followed.
Status add_files(const fs::path& root, const fs::path& folder, std::vector<fs::path>& out)
{
  std::error_code problem;
  auto it = fs::recursive_directory_iterator(root / folder, problem);
  for (; !problem && it != fs::recursive_directory_iterator(); it.increment(problem)) {
    if (!good_part(it->path().filename().string())) {
      it.disable_recursion_pending();
    } else if (it->symlink_status(problem).type() == fs::file_type::regular) {
      out.push_back(it->path().lexically_relative(root));
    }
  }
  if (!problem || problem == std::errc::no_such_file_or_directory) return {};
  return fail(ErrorCode::io, fmt::format("cannot list {}: {}", (root / folder).string(), problem.message()));
}

Result<std::vector<fs::path>> record_files(const fs::path& root)
{
  std::vector<fs::path> out;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(root, problem)) {
    const fs::path name = entry.path().filename();
    if (name.extension() == ".json" && good_part(name.string()) &&
        entry.symlink_status(problem).type() == fs::file_type::regular) {
      out.push_back(name);
    }
  }
  if (problem) return fail(ErrorCode::io, fmt::format("cannot list {}: {}", root.string(), problem.message()));
  for (const auto folder : k_folders) SG_TRY(add_files(root, folder, out));
  std::erase(out, fs::path(k_own_error));
  std::ranges::sort(out);
  return out;
}

bool newer(const IndexEntry& a, const IndexEntry& b)
{
  return std::tie(a.time, a.run) > std::tie(b.time, b.run);
}

Result<Index> read_index(const SiteView& view)
{
  SG_TRY_ASSIGN(const auto text, view.read("index.json"));
  if (!text) return Index{};
  SG_TRY_ASSIGN(const auto document, json::parse(*text, "the site's index.json"));
  SG_TRY_ASSIGN(auto index, from_json<Index>(document, "the site's index.json"));
  if (index.schema_version != 1 || !document.IsObject() || !document.HasMember("runs")) {
    return fail(ErrorCode::bad_input, "the site's index.json is not of a form that this program knows");
  }
  return index;
}

// All that a run has in the site at `path`.
Status remove_run(const std::string& path, const SiteView& view, SiteChanges& out)
{
  SG_TRY_ASSIGN(const auto old, view.list(path));
  for (const auto& file : old) out[file] = std::nullopt;
  for (const auto* suffix : {".json", ".html"}) {
    SG_TRY_ASSIGN(const auto there, view.read(path + suffix));
    if (there) out[path + suffix] = std::nullopt;
  }
  return {};
}

// index.json comes from a branch that others write to: what it says is only followed inside of runs/.
bool own_path(const std::string& path)
{
  return path.starts_with("runs/") && path.size() > 5 && path.find("..") == std::string::npos && !path.ends_with('/');
}

// Put the run's line into the file of its day, and take it out of the file of the day on which an earlier state of it
// stands.
Status change_history(const Run& run, const Index& before, const SiteView& view, SiteChanges& out,
                      std::vector<std::string>& problems)
{
  std::set<std::string> paths;
  for (const auto& entry : before.runs) {
    const auto time = parse_rfc3339(entry.time);
    if (entry.run == run.record.run && time) paths.insert(history_path(*time));
  }
  const std::string own = run.history ? history_path(run.history->time) : "";
  if (run.history) paths.insert(own);
  for (const auto& path : paths) {
    SG_TRY_ASSIGN(const auto old, view.read(path));
    std::vector<std::string> of_file;
    const auto& line = path == own ? run.history : std::nullopt;
    std::string text = with_line(old.value_or(""), run.record.run, line, of_file);
    for (const auto& problem : of_file) problems.push_back(fmt::format("{}: {}", path, problem));
    if (text.size() > k_largest_day) {
      problems.push_back(fmt::format("{} is full: the run is not in the history", path));
    } else if (!text.empty()) {
      out[path] = std::move(text);
    } else if (old) {
      out[path] = std::nullopt;
    }
  }
  return {};
}

} // namespace

Result<Run> read_run(const record::RunDir& run_dir, const std::string& label, WallTime now)
{
  Run out;
  SG_TRY_ASSIGN(out.record, collect(run_dir));
  out.record.label = label;
  out.path = path_of(out.record, now);
  SG_TRY_ASSIGN(const auto files, record_files(run_dir.root()));
  std::size_t total = 0;
  for (const auto& relative : files) {
    std::error_code gone;
    const auto size = fs::file_size(run_dir.root() / relative, gone);
    if (gone) continue;
    if (size > k_largest_file || total + size > k_largest_run) {
      out.record.left_out.push_back(relative.string());
      continue;
    }
    SG_TRY_ASSIGN(const auto content, file::read(run_dir.root() / relative, k_largest_file));
    out.files[relative.string()] = redact::clean(content);
    total += content.size();
  }
  auto line = history_line(out.record);
  if (line) out.history = std::move(*line);
  else out.record.problems.push_back(std::move(line.error()).during("putting the run into the history").text());
  return out;
}

Result<SiteChanges> changes_for(const Run& run, const SiteView& view, std::vector<std::string>& problems)
{
  SiteChanges out;
  SG_TRY_ASSIGN(Index index, read_index(view));
  SG_TRY(change_history(run, index, view, out, problems));
  for (const auto& entry : index.runs) {
    if (entry.run == run.record.run && own_path(entry.path)) SG_TRY(remove_run(entry.path, view, out));
  }
  SG_TRY(remove_run(run.path, view, out)); // an earlier try may not have got as far as the index
  std::erase_if(index.runs,
                [&](const IndexEntry& entry) { return entry.run == run.record.run || entry.path == run.path; });
  const RunRecord& record = run.record;
  index.runs.push_back({record.run, record.time, record.verdict, record.summary, record.components, record.counts,
                        run.path, record.label});
  std::ranges::sort(index.runs, newer);

  std::vector<std::string> names;
  for (const auto& [name, content] : run.files) {
    names.push_back(name);
    out[run.path + "/" + name] = content;
  }
  const std::string folder = run.path.substr(run.path.rfind('/') + 1);
  out[run.path + ".json"] = redact::clean(to_pretty_json(record));
  out[run.path + ".html"] = redact::clean(run_page(record, folder, names));
  out[".nojekyll"] = ""; // GitHub Pages serves the files as they are.
  out["index.html"] = redact::clean(index_page(index));
  out["index.json"] = redact::clean(to_pretty_json(index));
  return out;
}

} // namespace streamgate::publish
