// SPDX-License-Identifier: Apache-2.0
#include "git/repository.hpp"

#include "git/command.hpp"
#include "git/library.hpp"
#include "git/remote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace streamgate::git {
namespace {

using CommitPtr = std::unique_ptr<git_commit, Freed<git_commit, git_commit_free>>;
using TreePtr = std::unique_ptr<git_tree, Freed<git_tree, git_tree_free>>;
using EntryPtr = std::unique_ptr<git_tree_entry, Freed<git_tree_entry, git_tree_entry_free>>;
using BlobPtr = std::unique_ptr<git_blob, Freed<git_blob, git_blob_free>>;
using SignaturePtr = std::unique_ptr<git_signature, Freed<git_signature, git_signature_free>>;

// The other side of a push says by words alone that somebody else was first.
constexpr std::array<std::string_view, 9> k_moved_on{
    "non-fast-forward", "fetch first",         "failed to update ref",     "cannot lock ref", "failed to lock",
    "stale info",       "incorrect old value", "reference already exists", "but expected"};

bool moved_on(std::string_view words)
{
  return std::ranges::any_of(k_moved_on,
                             [&](std::string_view known) { return words.find(known) != std::string_view::npos; });
}

Error local_error(int code, std::string_view doing)
{
  Error error = last_error(code);
  if (error.code != ErrorCode::bad_input) error.code = ErrorCode::io;
  error.hint.clear();
  return std::move(error).during(std::string(doing));
}

std::string to_hex(const git_oid& id)
{
  std::array<char, GIT_OID_HEXSZ> out{};
  git_oid_fmt(out.data(), &id);
  return {out.data(), out.size()};
}

Result<CommitPtr> find_commit(git_repository* repository, const std::string& hex)
{
  git_oid id;
  git_commit* commit = nullptr;
  if (const int code = git_oid_fromstr(&id, hex.c_str()); code < 0)
    return std::unexpected(local_error(code, "reading a commit"));
  if (const int code = git_commit_lookup(&commit, repository, &id); code < 0) {
    return std::unexpected(local_error(code, "reading commit " + hex));
  }
  return CommitPtr(commit);
}

Result<TreePtr> tree_of(git_repository* repository, const std::string& hex)
{
  SG_TRY_ASSIGN(const CommitPtr commit, find_commit(repository, hex));
  git_tree* tree = nullptr;
  if (const int code = git_commit_tree(&tree, commit.get()); code < 0)
    return std::unexpected(local_error(code, "reading a tree"));
  return TreePtr(tree);
}

Result<TreePtr> empty_tree(git_repository* repository)
{
  git_treebuilder* raw = nullptr;
  if (const int code = git_treebuilder_new(&raw, repository, nullptr); code < 0) {
    return std::unexpected(local_error(code, "making a tree"));
  }
  const std::unique_ptr<git_treebuilder, Freed<git_treebuilder, git_treebuilder_free>> builder(raw);
  git_oid id;
  git_tree* tree = nullptr;
  int code = git_treebuilder_write(&id, builder.get());
  if (code == 0) code = git_tree_lookup(&tree, repository, &id);
  if (code < 0) return std::unexpected(local_error(code, "making a tree"));
  return TreePtr(tree);
}

// Return the entry at `path`, or null when there is none.
Result<EntryPtr> entry_at(const git_tree* tree, const std::string& path)
{
  git_tree_entry* entry = nullptr;
  const int code = git_tree_entry_bypath(&entry, tree, path.c_str());
  if (code == GIT_ENOTFOUND) return EntryPtr();
  if (code < 0) return std::unexpected(local_error(code, "looking for " + path));
  return EntryPtr(entry);
}

Status list_into(git_repository* repository, const git_tree* tree, const std::string& prefix,
                 std::vector<std::string>& out)
{
  for (std::size_t i = 0; i < git_tree_entrycount(tree); ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(tree, i);
    const std::string path = prefix + git_tree_entry_name(entry);
    if (git_tree_entry_type(entry) != GIT_OBJECT_TREE) {
      out.push_back(path);
      continue;
    }
    git_tree* below = nullptr;
    if (const int code = git_tree_lookup(&below, repository, git_tree_entry_id(entry)); code < 0) {
      return std::unexpected(local_error(code, "reading " + path));
    }
    const TreePtr owned(below);
    SG_TRY(list_into(repository, below, path + "/", out));
  }
  return {};
}

Result<git_oid> changed_tree(git_repository* repository, git_tree* base, const FileChanges& changes)
{
  std::vector<git_tree_update> updates;
  for (const auto& [path, content] : changes) {
    git_tree_update update{};
    update.action = content ? GIT_TREE_UPDATE_UPSERT : GIT_TREE_UPDATE_REMOVE;
    update.filemode = GIT_FILEMODE_BLOB;
    update.path = path.c_str();
    if (content) {
      const int code = git_blob_create_from_buffer(&update.id, repository, content->data(), content->size());
      if (code < 0) return std::unexpected(local_error(code, "storing " + path));
    }
    updates.push_back(update);
  }
  git_oid id;
  if (const int code = git_tree_create_updated(&id, repository, base, updates.size(), updates.data()); code < 0) {
    return std::unexpected(local_error(code, "making a tree"));
  }
  return id;
}

Result<SignaturePtr> signature(const CommitInfo& info)
{
  git_signature* out = nullptr;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(info.time).time_since_epoch().count();
  if (const int code = git_signature_new(&out, info.author.c_str(), info.email.c_str(), seconds, 0); code < 0) {
    return std::unexpected(local_error(code, "naming the author"));
  }
  return SignaturePtr(out);
}

Result<RemotePtr> remote_of(git_repository* repository, const std::string& url)
{
  git_remote* raw = nullptr;
  if (const int code = git_remote_create_anonymous(&raw, repository, url.c_str()); code < 0) {
    return std::unexpected(last_error(code));
  }
  return RemotePtr(raw);
}

Status fetch_now(git_repository* repository, Exchange& exchange, std::string refspec)
{
  SG_TRY_ASSIGN(const RemotePtr remote, remote_of(repository, exchange.location.url));
  git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
  options.callbacks = callbacks_of(exchange);
  options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
  options.proxy_opts.type = GIT_PROXY_AUTO;
  char* spec = refspec.data();
  const git_strarray specs{&spec, 1};
  const int code = git_remote_fetch(remote.get(), &specs, &options, nullptr);
  if (code < 0) return std::unexpected(last_error(code));
  return {};
}

std::unexpected<Error> refused(const std::string& words)
{
  if (moved_on(words)) return fail(ErrorCode::conflict, fmt::format("the branch has moved on ({})", words));
  return fail(ErrorCode::forbidden, fmt::format("the server refuses the push: {}", words),
              "the branch may be protected, or the account may not push to it");
}

Status push_now(git_repository* repository, Exchange& exchange, std::string refspec)
{
  SG_TRY_ASSIGN(const RemotePtr remote, remote_of(repository, exchange.location.url));
  git_push_options options = GIT_PUSH_OPTIONS_INIT;
  options.callbacks = callbacks_of(exchange);
  options.proxy_opts.type = GIT_PROXY_AUTO;
  char* spec = refspec.data();
  const git_strarray specs{&spec, 1};
  const int code = git_remote_push(remote.get(), &specs, &options);
  if (!exchange.refused.empty()) return refused(exchange.refused);
  if (code < 0) return std::unexpected(last_error(code));
  return {};
}

Status push_by_git(const std::filesystem::path& folder, const std::string& refspec, const Location& to,
                   const Access& access, const Cancel& cancel)
{
  auto pushed = run_git({folder, {"push", "--quiet", to.url, refspec}}, to, access, cancel);
  if (pushed) return {};
  // " ! [remote rejected] refs/pushed/x -> x (pre-receive hook declined)"
  const std::string& words = pushed.error().message;
  const std::size_t verdict = words.find("rejected] ");
  if (verdict == std::string::npos) return std::unexpected(std::move(pushed.error()));
  const std::size_t end = std::min(words.find(')', verdict), words.size() - 1) + 1;
  return refused(words.substr(verdict + 10, end - verdict - 10));
}

} // namespace

Result<Repository> Repository::make_bare(const std::filesystem::path& folder)
{
  SG_TRY(start_library());
  git_repository* raw = nullptr;
  if (const int code = git_repository_init(&raw, folder.c_str(), 1); code < 0) {
    return std::unexpected(local_error(code, "making a repository in " + folder.string()));
  }
  return Repository({raw, git_repository_free}, folder);
}

Result<std::string> Repository::fetch_branch(const Location& from, const std::string& branch, const Access& access,
                                             const Cancel& cancel)
{
  SG_TRY_ASSIGN(const RemoteRefs refs, list_refs(from, access, cancel));
  const RemoteRef* found = refs.find("refs/heads/" + branch);
  if (found == nullptr) return "";
  auto exchange = std::make_shared<Exchange>(from, access);
  // By the id that was listed: what comes later is met at the push.
  auto fetched =
      bounded(access.timeout, cancel, exchange->stop, fmt::format("fetching {} of {}", branch, from.url),
              [exchange, repository = m_repository, spec = fmt::format("+refs/heads/{0}:refs/fetched/{0}", branch)] {
                return fetch_now(repository.get(), *exchange, spec);
              });
  SG_TRY(std::move(fetched));
  git_oid id;
  if (const int code = git_reference_name_to_id(&id, m_repository.get(), ("refs/fetched/" + branch).c_str());
      code < 0) {
    return std::unexpected(local_error(code, "reading the fetched branch"));
  }
  return to_hex(id);
}

Result<std::optional<std::string>> Repository::read(const std::string& commit, const std::string& path) const
{
  SG_TRY_ASSIGN(const TreePtr tree, tree_of(m_repository.get(), commit));
  SG_TRY_ASSIGN(const EntryPtr entry, entry_at(tree.get(), path));
  if (!entry || git_tree_entry_type(entry.get()) != GIT_OBJECT_BLOB) return std::nullopt;
  git_blob* raw = nullptr;
  if (const int code = git_blob_lookup(&raw, m_repository.get(), git_tree_entry_id(entry.get())); code < 0) {
    return std::unexpected(local_error(code, "reading " + path));
  }
  const BlobPtr blob(raw);
  return std::string(static_cast<const char*>(git_blob_rawcontent(raw)), git_blob_rawsize(raw));
}

Result<std::vector<std::string>> Repository::list(const std::string& commit, const std::string& folder) const
{
  std::vector<std::string> out;
  SG_TRY_ASSIGN(const TreePtr tree, tree_of(m_repository.get(), commit));
  SG_TRY_ASSIGN(const EntryPtr entry, entry_at(tree.get(), folder));
  if (!entry || git_tree_entry_type(entry.get()) != GIT_OBJECT_TREE) return out;
  git_tree* raw = nullptr;
  if (const int code = git_tree_lookup(&raw, m_repository.get(), git_tree_entry_id(entry.get())); code < 0) {
    return std::unexpected(local_error(code, "reading " + folder));
  }
  const TreePtr below(raw);
  SG_TRY(list_into(m_repository.get(), raw, folder + "/", out));
  return out;
}

Result<std::string> Repository::commit(const std::string& parent, const FileChanges& changes, const CommitInfo& info)
{
  git_repository* repository = m_repository.get();
  CommitPtr above;
  TreePtr base;
  if (parent.empty()) {
    SG_TRY_ASSIGN(base, empty_tree(repository));
  } else {
    SG_TRY_ASSIGN(above, find_commit(repository, parent));
    SG_TRY_ASSIGN(base, tree_of(repository, parent));
  }
  SG_TRY_ASSIGN(const git_oid tree_id, changed_tree(repository, base.get(), changes));
  if (above && git_oid_equal(&tree_id, git_tree_id(base.get())) != 0) return parent;
  git_tree* raw = nullptr;
  if (const int code = git_tree_lookup(&raw, repository, &tree_id); code < 0)
    return std::unexpected(local_error(code, "reading a tree"));
  const TreePtr tree(raw);
  SG_TRY_ASSIGN(const SignaturePtr author, signature(info));
  std::array<const git_commit*, 1> parents{above.get()};
  git_oid id;
  const int code = git_commit_create(&id, repository, nullptr, author.get(), author.get(), "UTF-8",
                                     info.message.c_str(), tree.get(), above ? 1 : 0, parents.data());
  if (code < 0) return std::unexpected(local_error(code, "making a commit"));
  return to_hex(id);
}

Status Repository::push(const std::string& commit, const Location& to, const std::string& branch, const Access& access,
                        const Cancel& cancel)
{
  const std::string local = "refs/pushed/" + branch;
  const std::string refspec = fmt::format("{}:refs/heads/{}", local, branch);
  git_oid id;
  git_reference* raw = nullptr;
  int code = git_oid_fromstr(&id, commit.c_str());
  if (code == 0) code = git_reference_create(&raw, m_repository.get(), local.c_str(), &id, 1, nullptr);
  git_reference_free(raw);
  if (code < 0) return std::unexpected(local_error(code, "preparing the push"));
  const std::string doing = fmt::format("pushing {} to {}", branch, to.url);
  // libgit2's own push to a path writes the ref over what others wrote meanwhile, and runs no hooks.
  if (to.transport == Transport::file) return during(push_by_git(m_folder, refspec, to, access, cancel), doing);
  auto exchange = std::make_shared<Exchange>(to, access);
  return bounded(access.timeout, cancel, exchange->stop, doing, [exchange, repository = m_repository, refspec] {
    return push_now(repository.get(), *exchange, refspec);
  });
}

} // namespace streamgate::git
