// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"
#include "notify/sender.hpp"
#include "notify/target.hpp"
#include "record/verdict.hpp"

#include <optional>
#include <string>

namespace streamgate::notify {

// A commit's status. All three forges show it beside the commit and in its pull request, the last one of a context.
struct CommitStatus {
  record::VerdictWord verdict = record::VerdictWord::error;
  bool cancelled = false;  // GitLab has a word for it
  std::string context;     // "streamgate/<gate>"
  std::string description; // at most 140 characters
  std::string url;         // "" for none
};

// What became of a comment.
enum class CommentChange { created, updated, unchanged };

// The API of GitHub, GitLab and Gitea as far as a run is told by it. Errors as `error_of`, timeout, cancelled,
// bad_input for an answer that is none.
class Forge {
public:
  Forge(Target target, std::string token, Sender& sender)
      : m_target(std::move(target)), m_token(std::move(token)), m_sender(sender)
  {
  }

  Status set_status(const CommitStatus& status);
  // Make the one comment of this account that begins with `marker` say `body`, which begins with it too.
  Result<CommentChange> put_comment(const std::string& marker, const std::string& body);

private:
  struct Comment {
    std::string id;
    std::string body;
  };
  struct Account {
    std::string name; // "" for a GitHub App, which cannot ask for its own
  };

  Result<http::Response> ask(const std::string& method, const std::string& path, const std::string& body = {});
  Result<Account> account();
  Result<std::optional<Comment>> find_comment(const std::string& marker, const Account& account);
  Result<bool> gave_way(const http::Response& created, const std::string& marker, const Account& account);
  bool is_ours(const json::Value& comment, const Account& account) const;
  std::string repository_path() const;
  std::string comments_path() const;
  std::string comment_path(const std::string& id) const;

  Target m_target;
  std::string m_token;
  Sender& m_sender;
};

} // namespace streamgate::notify
