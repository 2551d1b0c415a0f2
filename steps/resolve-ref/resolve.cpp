// SPDX-License-Identifier: Apache-2.0
#include "resolve-ref/resolve.hpp"

#include "base/ascii.hpp"
#include "base/edit_distance.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "git/command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

namespace streamgate::resolve_ref {
namespace {

using git::RemoteRef;
using git::RemoteRefs;
using record::RefKind;

constexpr std::string_view k_branches = "refs/heads/";
constexpr std::string_view k_tags = "refs/tags/";
constexpr std::size_t k_shown = 5;

RefKind kind_of(std::string_view name)
{
  if (name.starts_with(k_branches)) return RefKind::branch;
  if (name.starts_with(k_tags)) return RefKind::tag;
  if (name.starts_with("refs/pull/") || name.starts_with("refs/merge-requests/")) return RefKind::pull_request;
  return RefKind::commit;
}

Resolved as_resolved(const RemoteRef& ref)
{
  return {ref.name, kind_of(ref.name), ref.commit};
}

// The numbers in a tag that looks like a version ("v1.9.2" -> 1 9 2); nothing for others and for pre-releases.
std::vector<std::uint64_t> version_of(std::string_view tag)
{
  if (tag.starts_with('v')) tag.remove_prefix(1);
  std::vector<std::uint64_t> out;
  std::uint64_t number = 0;
  bool digits = false;
  for (const char c : tag) {
    if (c >= '0' && c <= '9') {
      number = std::min<std::uint64_t>(number * 10 + static_cast<std::uint64_t>(c - '0'), 1'000'000'000);
      digits = true;
    } else if (c == '.' && digits) {
      out.push_back(std::exchange(number, 0));
      digits = false;
    } else {
      return {};
    }
  }
  if (!digits || out.empty()) return {};
  out.push_back(number);
  return out;
}

std::vector<std::string> newest_versions(const std::vector<std::string>& tags)
{
  std::vector<std::pair<std::vector<std::uint64_t>, std::string>> versions;
  for (const auto& tag : tags) {
    if (auto version = version_of(tag); !version.empty()) versions.emplace_back(std::move(version), tag);
  }
  std::ranges::sort(versions, std::greater<>());
  std::vector<std::string> out;
  for (const auto& [version, tag] : versions) {
    if (out.size() < 3) out.push_back(tag);
  }
  return out;
}

// What to try instead of a name that is not there.
std::string hint_for(const RemoteRefs& refs, std::string_view wanted)
{
  std::vector<std::string> names;
  std::vector<std::string> tags;
  for (const auto& ref : refs.refs) {
    if (ref.name.starts_with(k_branches)) names.push_back(ref.name.substr(k_branches.size()));
    if (ref.name.starts_with(k_tags)) tags.push_back(ref.name.substr(k_tags.size()));
  }
  names.insert(names.end(), tags.begin(), tags.end());
  std::vector<std::string> parts;
  if (const auto near = near_ones(wanted, names, k_shown); !near.empty()) {
    parts.push_back(fmt::format("near it: {}", fmt::join(near, ", ")));
  }
  if (const auto newest = newest_versions(tags); !newest.empty()) {
    parts.push_back(fmt::format("newest versions: {}", fmt::join(newest, ", ")));
  }
  if (refs.head_target.starts_with(k_branches)) {
    parts.push_back(fmt::format("default branch: {}", refs.head_target.substr(k_branches.size())));
  }
  if (names.empty()) parts.emplace_back("the repository has neither branches nor tags");
  if (parts.empty()) {
    names.resize(std::min(names.size(), k_shown));
    parts.push_back(fmt::format("there are: {}", fmt::join(names, ", ")));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::unexpected<Error> absent(const RemoteRefs& refs, std::string_view what, std::string_view wanted)
{
  return fail(ErrorCode::not_found, fmt::format("there is no {} {}", what, wanted), hint_for(refs, wanted));
}

Result<std::optional<Resolved>> head(const RemoteRefs& refs)
{
  if (refs.head.empty()) {
    return fail(ErrorCode::not_found,
                "HEAD names no commit: the repository is empty or its default branch does not exist",
                refs.refs.empty() ? "push a commit first" : hint_for(refs, "main"));
  }
  return Resolved{refs.head_target, RefKind::head, refs.head};
}

Result<std::optional<Resolved>> pull_request(const RemoteRefs& refs, const RefRequest& request)
{
  for (const auto* form : {"refs/pull/{}/head", "refs/merge-requests/{}/head"}) {
    if (const auto* ref = refs.find(fmt::format(fmt::runtime(form), request.number))) return as_resolved(*ref);
  }
  std::string branch = fmt::format("{}{}", k_branches, request.text);
  if (refs.find(branch) != nullptr) {
    return fail(ErrorCode::not_found, fmt::format("there is no pull request {}", request.number),
                fmt::format("a branch of that name is there: write {}", branch));
  }
  return fail(ErrorCode::not_found, fmt::format("there is no pull request {}", request.number),
              "check the number; some servers do not keep the refs of closed requests");
}

Result<std::optional<Resolved>> full_name(const RemoteRefs& refs, const RefRequest& request)
{
  if (const auto* ref = refs.find(request.text)) return as_resolved(*ref);
  std::string_view name = request.text;
  for (const auto prefix : {k_branches, k_tags}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  return fail(ErrorCode::not_found, fmt::format("there is no ref {}", request.text), hint_for(refs, name));
}

// A branch or tag of this name, or nothing.
Result<std::optional<Resolved>> by_name(const RemoteRefs& refs, const std::string& name)
{
  const auto* branch = refs.find(std::string(k_branches) + name);
  const auto* tag = refs.find(std::string(k_tags) + name);
  if (branch != nullptr && tag != nullptr) {
    return fail(ErrorCode::ambiguous,
                fmt::format("{} is a branch ({}) and a tag ({})", name, branch->commit.substr(0, 12),
                            tag->commit.substr(0, 12)),
                fmt::format("write {} or {}", branch->name, tag->name));
  }
  if (branch == nullptr && tag == nullptr) return std::nullopt;
  return as_resolved(branch != nullptr ? *branch : *tag);
}

// The commits of refs whose id, or whose tag object's id, begins with `prefix`.
std::set<std::string> advertised(const RemoteRefs& refs, const std::string& prefix)
{
  std::set<std::string> out;
  for (const auto& ref : refs.refs) {
    if (ref.id.starts_with(prefix) || ref.commit.starts_with(prefix)) out.insert(ref.commit);
  }
  if (refs.head.starts_with(prefix)) out.insert(refs.head);
  return out;
}

std::unexpected<Error> several(const std::string& prefix, const std::set<std::string>& commits)
{
  std::vector<std::string> shown(commits.begin(), commits.end());
  if (shown.size() > k_shown) shown.resize(k_shown);
  return fail(ErrorCode::ambiguous,
              fmt::format("{} commits begin with {}: {}", commits.size(), prefix, fmt::join(shown, ", ")),
              "write more digits");
}

Result<std::optional<Resolved>> commit(const RemoteRefs& refs, const RefRequest& request)
{
  const std::string prefix = ascii::lower(request.text);
  const auto commits = advertised(refs, prefix);
  SG_TRY_ASSIGN(auto named, by_name(refs, request.text));
  if (request.kind == RequestKind::short_commit && named) {
    if (commits.empty() || (commits.size() == 1 && commits.contains(named->commit))) return named;
    return fail(ErrorCode::ambiguous,
                fmt::format("{} is the name of {} and the beginning of a commit", request.text, named->ref),
                fmt::format("write {} or the whole commit", named->ref));
  }
  if (commits.size() > 1) return several(prefix, commits);
  if (commits.empty()) return std::nullopt;
  return Resolved{"", RefKind::commit, *commits.begin()};
}

// --- Commits that no ref stands at ---

Result<file::TemporaryFolder> scratch(const git::Access& access, const Cancel& cancel)
{
  SG_TRY_ASSIGN(auto folder, file::TemporaryFolder::make("resolve-ref"));
  SG_TRY(git::run_git_offline({folder.path(), {"init", "--quiet", "--bare"}}, access, cancel));
  return folder;
}

std::string first_line(std::string text)
{
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

Result<Resolved> fetch_full(const git::Location& location, const std::string& id, const git::Access& access,
                            const Cancel& cancel)
{
  SG_TRY_ASSIGN(const auto folder, scratch(access, cancel));
  auto fetched = git::run_git(
      {folder.path(), {"fetch", "--quiet", "--no-tags", "--depth=1", "--filter=blob:none", location.url, id}}, location,
      access, cancel);
  if (!fetched) {
    if (fetched.error().code == ErrorCode::not_found) {
      return fail(ErrorCode::not_found, fmt::format("the server has no commit {}", id),
                  "check the id; some servers only give commits that a branch or tag stands at");
    }
    return std::unexpected(std::move(fetched.error()));
  }
  auto commit =
      git::run_git_offline({folder.path(), {"rev-parse", "--verify", "--quiet", id + "^{commit}"}}, access, cancel);
  if (!commit) return fail(ErrorCode::bad_input, fmt::format("{} is not a commit", id));
  return Resolved{"", RefKind::commit, first_line(*commit)};
}

Result<Resolved> fetch_short(const git::Location& location, const RemoteRefs& refs, const std::string& prefix,
                             const git::Access& access, const Cancel& cancel)
{
  log::info("looking which commits begin with {}: fetching the history of {} without files", prefix, location.url);
  SG_TRY_ASSIGN(const auto folder, scratch(access, cancel));
  SG_TRY(git::run_git({folder.path(),
                       {"fetch", "--quiet", "--no-tags", "--filter=tree:0", location.url, "+refs/heads/*:refs/heads/*",
                        "+refs/tags/*:refs/tags/*"}},
                      location, access, cancel));
  constexpr std::size_t k_limit = std::size_t{256} << 20U; // six million commits
  SG_TRY_ASSIGN(const std::string all,
                git::run_git_offline({folder.path(), {"rev-list", "--all"}, k_limit}, access, cancel));
  if (all.size() >= k_limit)
    return fail(ErrorCode::bad_input, "the repository has too many commits to search", "write all 40 digits");
  auto found = advertised(refs, prefix); // also what only a pull request's ref stands at
  for (std::size_t at = 0; at < all.size(); at = std::min(all.find('\n', at), all.size() - 1) + 1) {
    if (std::string_view(all).substr(at).starts_with(prefix)) found.insert(all.substr(at, 40));
  }
  if (found.size() > 1) return several(prefix, found);
  if (found.empty()) return absent(refs, "branch, tag or commit", prefix);
  return Resolved{"", RefKind::commit, *found.begin()};
}

} // namespace

Result<std::optional<Resolved>> among(const RemoteRefs& refs, const RefRequest& request)
{
  switch (request.kind) {
  case RequestKind::head:
    return head(refs);
  case RequestKind::pull_request:
    return pull_request(refs, request);
  case RequestKind::full_name:
    return full_name(refs, request);
  case RequestKind::commit:
  case RequestKind::short_commit:
    return commit(refs, request);
  case RequestKind::name:
    break;
  }
  SG_TRY_ASSIGN(auto named, by_name(refs, request.text));
  if (!named) return absent(refs, "branch or tag", request.text);
  return named;
}

Result<Resolved> resolve(const git::Location& location, const RefRequest& request, const git::Access& access,
                         const Cancel& cancel)
{
  SG_TRY_ASSIGN(const RemoteRefs refs, git::list_refs(location, access, cancel));
  SG_TRY_ASSIGN(auto found, during(among(refs, request), location.url));
  // One that is told by a few digits may not be the only one: an older commit, at which no ref stands, may begin so
  // too.
  const bool told_in_short = request.kind == RequestKind::short_commit && found && found->ref.empty();
  if (found && !told_in_short) return std::move(*found);
  const std::string id = ascii::lower(request.text);
  if (request.kind == RequestKind::commit) return during(fetch_full(location, id, access, cancel), location.url);
  auto searched = fetch_short(location, refs, id, access, cancel);
  if (searched || !found || searched.error().code == ErrorCode::ambiguous ||
      searched.error().code == ErrorCode::cancelled)
    return during(std::move(searched), location.url);
  log::warn("cannot see whether older commits begin with {} too: {}", id, searched.error().message);
  return std::move(*found);
}

} // namespace streamgate::resolve_ref
