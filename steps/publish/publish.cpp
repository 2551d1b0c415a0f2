// SPDX-License-Identifier: Apache-2.0
#include "publish/publish.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/process.hpp"
#include "base/time.hpp"
#include "git/repository.hpp"
#include "publish/folder_lock.hpp"
#include "publish/read_history.hpp"
#include "publish/site.hpp"
#include "publish/site_views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <random>

namespace streamgate::publish {
namespace {

namespace fs = std::filesystem;

// --- To a folder ---

// For other publishers to the same folder, each of which takes a moment.
constexpr Duration k_longest_wait = std::chrono::minutes(2);

// The index comes last (the map is sorted, "index..." < "runs/..."), so that it never names what is not there yet.
Status write_folder(const fs::path& root, const SiteChanges& changes)
{
  for (auto it = changes.rbegin(); it != changes.rend(); ++it) {
    const auto& [path, content] = *it;
    if (content) {
      SG_TRY(file::write_atomic(root / path, *content));
      continue;
    }
    std::error_code problem;
    fs::remove(root / path, problem);
    if (problem)
      return fail(ErrorCode::io, fmt::format("cannot remove {}: {}", (root / path).string(), problem.message()));
  }
  return {};
}

Status to_folder(const Run& run, const fs::path& root, const Cancel& cancel)
{
  SG_TRY_ASSIGN(const FolderLock lock, FolderLock::take(root, k_longest_wait, cancel));
  std::vector<std::string> problems;
  SG_TRY_ASSIGN(const SiteChanges changes, changes_for(run, view_of_folder(root), problems));
  for (const auto& problem : problems) log::warn("{}", problem);
  return write_folder(root, changes);
}

// --- To a branch ---

// One try: fetch, put the run on top, push. Return the commit that has it. Error: conflict when another was faster.
Result<std::string> try_once(git::Repository& repository, const Run& run, const git::Location& location,
                             const Options& options, const git::Access& access, const Cancel& cancel,
                             std::vector<std::string>& problems)
{
  problems.clear();
  SG_TRY_ASSIGN(const std::string parent, repository.fetch_branch(location, options.branch, access, cancel));
  SG_TRY_ASSIGN(const SiteChanges changes, changes_for(run, view_of_commit(repository, parent), problems));
  const git::CommitInfo info{fmt::format("{}: {}\n", run.record.run, run.record.verdict), "Streamgate",
                             "streamgate@localhost", wall_now()};
  SG_TRY_ASSIGN(std::string commit, repository.commit(parent, changes, info));
  if (commit == parent) return commit; // all of it is there already
  SG_TRY(repository.push(commit, location, options.branch, access, cancel));
  return commit;
}

// Publishers that lost one race are spread out before the next, wider each time.
Duration pause_after(std::int64_t attempt)
{
  thread_local std::mt19937 random{std::random_device{}()};
  const std::int64_t most = std::min<std::int64_t>(2000, std::int64_t{50} << std::min<std::int64_t>(attempt, 6));
  return Duration(std::uniform_int_distribution<std::int64_t>(0, most)(random));
}

Result<std::string> to_branch(const Run& run, const Options& options, const Cancel& cancel)
{
  git::Access access = options.access;
  SG_TRY(access.load());
  SG_TRY_ASSIGN(const git::Location location, during(git::parse_location(options.url), "--publish-url"));
  SG_TRY_ASSIGN(const auto folder, file::TemporaryFolder::make("publish"));
  SG_TRY_ASSIGN(git::Repository repository, git::Repository::make_bare(folder.path() / "site.git"));
  std::vector<std::string> problems;
  for (std::int64_t attempt = 0;; ++attempt) {
    auto commit = try_once(repository, run, location, options, access, cancel, problems);
    if (commit || commit.error().code != ErrorCode::conflict) {
      for (const auto& problem : problems) log::warn("{}", problem);
      return commit;
    }
    if (attempt + 1 >= options.tries) {
      return std::unexpected(std::move(commit.error()).during(fmt::format("in each of {} tries", options.tries)));
    }
    log::info("another publisher was faster; trying again");
    SG_TRY(cancel.sleep(pause_after(attempt)));
  }
}

bool good_branch(std::string_view branch)
{
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '/';
  };
  return !branch.empty() && std::ranges::all_of(branch, allowed) && branch.find("..") == std::string_view::npos &&
         branch.find("//") == std::string_view::npos && branch.find("/.") == std::string_view::npos &&
         !branch.starts_with("refs/") && !branch.starts_with('-') && !branch.starts_with('/') &&
         !branch.starts_with('.') && !branch.ends_with('/') && !branch.ends_with('.') && !branch.ends_with(".lock");
}

// Say that nothing is lost, and the line that does it again.
Error with_way_back(Error error, const Options& options)
{
  std::vector<std::string> line{"publish", "--run-dir", options.common.run_dir.string()};
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) line.insert(line.end(), {option, value});
  };
  add("--publish-url", options.url);
  add("--publish-branch", options.url.empty() ? "" : options.branch);
  add("--to", options.to);
  add("--label", options.label);
  add("--git-token-file", options.access.token_file);
  const std::string before = error.hint.empty() ? "" : error.hint + "; ";
  error.hint = fmt::format("{}the run directory is whole, to publish it later: {}", before, process::to_line(line));
  return error;
}

} // namespace

StepInfo Options::info()
{
  return {.name = "publish",
          .summary = "Add the record of a run to an orphan branch (GitHub Pages) or a folder, with a page for people.",
          .reads = "all records of the run directory, as far as they are there",
          .writes = "in the branch or folder: index.html, index.json, runs/YYYY/MM/RUN{.html,.json,/...}, "
                    "history/YYYY/MM/DD.jsonl; with --read-history only history.jsonl in the run directory",
          .results = {{"published-commit", "commit of the branch that has the record, empty without --publish-url"},
                      {"published-path", "path of the run's page in the branch or folder"}},
          .example = "publish --run-dir runs/1 --publish-url https://github.com/o/r --git-token-file token",
          .changes_things = true};
}

void Options::bind(Cli& cli)
{
  cli.option("publish-url", url, "repository to publish to");
  cli.option("publish-branch", branch, "branch of --publish-url; made when it is not there");
  cli.option("to", to, "folder to publish to");
  cli.option("label", label, "free text shown beside the run");
  cli.flag("read-history", read_history,
           "publish nothing: bring the history of the last 45 days from --publish-url, else from --to, into the run "
           "directory as history.jsonl; empty when there is none yet");
  cli.option("tries", tries, "how often to try when others push to the branch at the same time", 1, 1000);
  access.bind(cli);
}

Result<Outcome> run(const Options& options, const Deps& deps)
{
  if (options.url.empty() && options.to.empty() && !options.read_history) {
    log::info("neither --publish-url nor --to is given: nothing is published");
    return Outcome{};
  }
  if (!good_branch(options.branch))
    return fail(ErrorCode::bad_input, fmt::format("--publish-branch \"{}\" is not a branch's name", options.branch));
  if (options.read_history) return read_history(options, deps);
  SG_TRY_ASSIGN(const Run run, read_run(record::RunDir(options.common.run_dir), options.label, wall_now()));
  Outcome out{ExitStatus::passed, {{"published-path", run.path + ".html"}}};
  if (options.common.dry_run) {
    deps.print(fmt::format("would publish {}.html, its record and {} files\n", run.path, run.files.size()));
    return out;
  }
  if (!options.to.empty()) {
    const auto written = to_folder(run, options.to, deps.cancel);
    if (!written)
      return std::unexpected(with_way_back(Error(written.error()).during("publishing to " + options.to), options));
    deps.print(fmt::format("published {}\n", (fs::path(options.to) / (run.path + ".html")).string()));
  }
  if (!options.url.empty()) {
    const auto commit = to_branch(run, options, deps.cancel);
    if (!commit) return std::unexpected(with_way_back(commit.error(), options));
    out.results["published-commit"] = *commit;
    deps.print(fmt::format("published {}.html on {} as {}\n", run.path, options.branch, *commit));
  }
  return out;
}

} // namespace streamgate::publish
