// SPDX-License-Identifier: Apache-2.0
#include "notify/forge.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

// GitHub:  docs.github.com/rest/commits/statuses, /rest/issues/comments
// GitLab:  docs.gitlab.com/api/commits, /api/notes
// Gitea:   docs.gitea.com/api: repoCreateStatus, issueGetComments
namespace streamgate::notify {
namespace {

using record::VerdictWord;

constexpr int k_page = 100; // the most that GitHub and GitLab give at once
constexpr int k_most_pages = 200;
constexpr int k_rounds = 3;
constexpr std::size_t k_description = 140; // GitHub refuses more

std::string_view name_of_forge(ForgeKind kind)
{
  switch (kind) {
  case ForgeKind::github:
    return "GitHub";
  case ForgeKind::gitlab:
    return "GitLab";
  case ForgeKind::gitea:
    break;
  }
  return "Gitea";
}

std::string_view state_word(ForgeKind kind, const CommitStatus& status)
{
  // Somebody has let it pass, and the description says who.
  if (status.verdict == VerdictWord::passed || status.verdict == VerdictWord::overridden) return "success";
  if (kind == ForgeKind::gitlab)
    return status.cancelled && status.verdict == VerdictWord::error ? "canceled" : "failed";
  return status.verdict == VerdictWord::error ? "error" : "failure";
}

struct StatusBody {
  std::string state;
  std::string context;
  std::string description;
  std::optional<std::string> target_url;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("state", self.state);
    visit("context", self.context);
    visit("description", self.description);
    visit("target_url", self.target_url);
  }
};

struct CommentBody {
  std::string body;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("body", self.body);
  }
};

// All three say by RFC 8288 that there is another page. Its address is not followed: the token goes to the forge alone.
bool has_next(const http::Response& response)
{
  const auto link = response.headers.find("Link");
  return link && link->find("rel=\"next\"") != std::string_view::npos;
}

std::string advice(int status, ForgeKind kind)
{
  if (status == 401) return "the token is not accepted: is it outdated?";
  if (status != 403 && status != 404) return {};
  switch (kind) {
  case ForgeKind::github:
    return "the token needs \"Commit statuses: write\" and \"Pull requests: write\" of the repository";
  case ForgeKind::gitlab:
    return "the token needs the scope \"api\" and the role Developer";
  case ForgeKind::gitea:
    break;
  }
  return "the token needs the scopes write:repository, write:issue and read:user";
}

} // namespace

Result<http::Response> Forge::ask(const std::string& method, const std::string& path, const std::string& body)
{
  http::Request request{.method = method, .url = m_target.api + path, .body = body, .bearer = m_token};
  if (m_target.kind == ForgeKind::github) {
    request.headers.add("Accept", "application/vnd.github+json");
    request.headers.add("X-GitHub-Api-Version", "2022-11-28");
  }
  // A comment that was perhaps made is looked for before another one is.
  if (method == "POST" && path == comments_path()) request.idempotent = http::Idempotent::no;
  SG_TRY_ASSIGN(auto answer, m_sender.send(std::move(request)));
  if (answer.good()) return answer;
  return std::unexpected(error_of(answer, name_of_forge(m_target.kind)).advise(advice(answer.status, m_target.kind)));
}

std::string Forge::repository_path() const
{
  if (m_target.kind == ForgeKind::gitlab) return "/projects/" + http::escape(m_target.repository);
  return "/repos/" + m_target.repository;
}

std::string Forge::comments_path() const
{
  if (m_target.kind == ForgeKind::gitlab)
    return fmt::format("{}/merge_requests/{}/notes", repository_path(), m_target.pull);
  return fmt::format("{}/issues/{}/comments", repository_path(), m_target.pull);
}

std::string Forge::comment_path(const std::string& id) const
{
  if (m_target.kind == ForgeKind::gitlab) return fmt::format("{}/{}", comments_path(), id);
  return fmt::format("{}/issues/comments/{}", repository_path(), id);
}

Status Forge::set_status(const CommitStatus& status)
{
  StatusBody body;
  body.state = state_word(m_target.kind, status);
  body.context = status.context;
  body.description = utf8::truncate(status.description, k_description);
  if (!status.url.empty()) body.target_url = status.url;
  const auto answer = ask("POST", fmt::format("{}/statuses/{}", repository_path(), m_target.commit), to_json(body));
  if (answer) return {};
  // GitLab refuses the state that is there already.
  const bool already = m_target.kind == ForgeKind::gitlab && answer.error().code == ErrorCode::bad_input &&
                       answer.error().message.find("Cannot transition status") != std::string::npos &&
                       answer.error().message.find("from :" + body.state) != std::string::npos;
  if (already) return {};
  return std::unexpected(answer.error());
}

Result<Forge::Account> Forge::account()
{
  const auto answer = ask("GET", "/user");
  if (!answer) {
    // The token of a GitHub App's installation is no user's.
    if (m_target.kind == ForgeKind::github && answer.error().code == ErrorCode::forbidden) return Account{};
    return std::unexpected(Error(answer.error()).during("asking whose token it is"));
  }
  SG_TRY_ASSIGN(const auto document, json::parse(answer->body, "answer about the token's user"));
  const auto name = json::text(document, {m_target.kind == ForgeKind::gitlab ? "username" : "login"});
  if (name.empty())
    return fail(ErrorCode::bad_input, fmt::format("{} does not say whose token it is", name_of_forge(m_target.kind)));
  return Account{std::string(name)};
}

bool Forge::is_ours(const json::Value& comment, const Account& account) const
{
  if (m_target.kind == ForgeKind::gitlab) return json::text(comment, {"author", "username"}) == account.name;
  if (account.name.empty()) return json::text(comment, {"user", "type"}) == "Bot";
  return json::text(comment, {"user", "login"}) == account.name;
}

Result<std::optional<Forge::Comment>> Forge::find_comment(const std::string& marker, const Account& account)
{
  const std::string order = m_target.kind == ForgeKind::gitlab ? "&sort=asc" : "";
  for (int page = 1; page <= k_most_pages; ++page) {
    SG_TRY_ASSIGN(const auto answer,
                  ask("GET", fmt::format("{}?per_page={}&page={}{}", comments_path(), k_page, page, order)));
    SG_TRY_ASSIGN(const auto document, json::parse(answer.body, "list of comments"));
    if (!document.IsArray()) return fail(ErrorCode::bad_input, "the list of comments is not an array");
    for (const auto& comment : document.GetArray()) {
      const auto id = json::integer(comment, {"id"});
      const auto body = json::text(comment, {"body"});
      if (id && body.starts_with(marker) && is_ours(comment, account))
        return Comment{std::to_string(*id), std::string(body)};
    }
    if (!has_next(answer)) return std::nullopt;
  }
  return fail(ErrorCode::bad_input, fmt::format("the pull request has more than {} comments", k_most_pages * k_page));
}

// Another run may have told the same pull request at the same time. All look for what is there, and the first one
// stays.
Result<bool> Forge::gave_way(const http::Response& created, const std::string& marker, const Account& account)
{
  SG_TRY_ASSIGN(const auto document, json::parse(created.body, "the new comment"));
  const auto id = json::integer(document, {"id"});
  SG_TRY_ASSIGN(const auto first, find_comment(marker, account));
  if (!id || !first || first->id == std::to_string(*id)) return false;
  SG_TRY(ask("DELETE", comment_path(std::to_string(*id))));
  return true;
}

Result<CommentChange> Forge::put_comment(const std::string& marker, const std::string& body)
{
  SG_TRY_ASSIGN(const Account me, account());
  const auto text = to_json(CommentBody{body});
  for (int round = 1;; ++round) {
    SG_TRY_ASSIGN(const auto found, find_comment(marker, me));
    if (found && found->body == body) return CommentChange::unchanged;
    const std::string method = m_target.kind == ForgeKind::gitlab ? "PUT" : "PATCH";
    const auto answer = found ? ask(method, comment_path(found->id), text) : ask("POST", comments_path(), text);
    if (answer && found) return CommentChange::updated;
    if (answer) {
      SG_TRY_ASSIGN(const bool another, gave_way(*answer, marker, me));
      if (!another || round == k_rounds) return CommentChange::created;
      continue;
    }
    // Somebody removed it meanwhile, or the answer was lost: what is there now decides.
    const auto code = answer.error().code;
    const bool lost = !found && (code == ErrorCode::unavailable || code == ErrorCode::timeout);
    if (round == k_rounds || !(lost || (found && code == ErrorCode::not_found))) return std::unexpected(answer.error());
  }
}

} // namespace streamgate::notify
