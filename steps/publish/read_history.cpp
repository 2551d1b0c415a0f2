// SPDX-License-Identifier: Apache-2.0
#include "publish/read_history.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/redact.hpp"
#include "publish/history.hpp"
#include "publish/site_views.hpp"
#include "record/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace streamgate::publish {
namespace {

Result<std::string> from(const SiteView& view, std::vector<std::string>& problems)
{
  return recent_history(view.read, view.list, wall_now(), problems);
}

Result<std::string> from_branch(const Options& options, const Cancel& cancel, std::vector<std::string>& problems)
{
  git::Access access = options.access;
  SG_TRY(access.load());
  SG_TRY_ASSIGN(const git::Location location, during(git::parse_location(options.url), "--publish-url"));
  SG_TRY_ASSIGN(const auto folder, file::TemporaryFolder::make("history"));
  SG_TRY_ASSIGN(git::Repository repository, git::Repository::make_bare(folder.path() / "site.git"));
  SG_TRY_ASSIGN(const std::string commit, repository.fetch_branch(location, options.branch, access, cancel));
  if (commit.empty()) log::info("there is no branch {} yet: the history is empty", options.branch);
  return from(view_of_commit(repository, commit), problems);
}

Result<std::string> read(const Options& options, const Cancel& cancel, std::vector<std::string>& problems)
{
  if (!options.url.empty()) return from_branch(options, cancel, problems);
  if (!options.to.empty()) return from(view_of_folder(options.to), problems);
  log::info("neither --publish-url nor --to is given: the history is empty");
  return "";
}

} // namespace

Result<Outcome> read_history(const Options& options, const Deps& deps)
{
  const auto& run_dir = options.common.run_dir;
  std::error_code ignored;
  if (!std::filesystem::is_directory(run_dir, ignored))
    return fail(ErrorCode::not_found, fmt::format("there is no run directory {}", run_dir.string()));
  const auto path = run_dir / record::HistoryRun::k_file;
  if (options.common.dry_run) {
    deps.print(fmt::format("would write {}\n", path.string()));
    return Outcome{};
  }
  std::vector<std::string> problems;
  SG_TRY_ASSIGN(const std::string text, during(read(options, deps.cancel, problems), "reading the history of runs"));
  for (const auto& problem : problems) log::warn("{}", problem);
  SG_TRY(file::write_atomic(path, redact::clean(text)));
  deps.print(fmt::format("{}: {} lines\n", path.string(), std::ranges::count(text, '\n')));
  return Outcome{};
}

} // namespace streamgate::publish
