// SPDX-License-Identifier: Apache-2.0
#include "notify/test_forge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace streamgate::notify::test {
namespace {

Answer message(int status, const std::string& text)
{
  return {status, R"({"message":)" + json::quote(text) + "}"};
}

std::size_t number_in(const std::string& query, const std::string& name, std::size_t otherwise)
{
  const auto at = ("&" + query).find("&" + name + "=");
  return at == std::string::npos ? otherwise : std::stoul(query.substr(at + name.size() + 1));
}

} // namespace

FakeForge::FakeForge(ForgeKind kind) : m_kind(kind), m_server([this](const Got& got) { return answer(got); }) {}

Target FakeForge::target() const
{
  const std::string api = m_kind == ForgeKind::github ? "/api/v3" : m_kind == ForgeKind::gitlab ? "/api/v4" : "/api/v1";
  return {m_kind, url() + api, m_kind == ForgeKind::gitlab ? "g/s/n" : "o/n", k_commit, 7};
}

std::string FakeForge::repository_path() const
{
  return m_kind == ForgeKind::gitlab ? "/projects/g%2Fs%2Fn" : "/repos/o/n";
}

std::string FakeForge::comments_path() const
{
  return repository_path() + (m_kind == ForgeKind::gitlab ? "/merge_requests/7/notes" : "/issues/7/comments");
}

std::string FakeForge::json_of(const Comment& comment) const
{
  const auto* who =
      m_kind == ForgeKind::gitlab ? R"("author":{{"username":{}}})" : R"("user":{{"login":{},"type":"{}"}})";
  const auto type = comment.author.ends_with("[bot]") ? "Bot" : "User";
  return fmt::format(R"({{"id":{},"body":{},{}}})", comment.id, json::quote(comment.body),
                     fmt::format(fmt::runtime(who), json::quote(comment.author), type));
}

// GitHub and GitLab give pages, Gitea gives all there are.
Answer FakeForge::list(const std::string& query) const
{
  const auto size =
      m_kind == ForgeKind::gitea ? comments.size() + 1 : std::min<std::size_t>(number_in(query, "per_page", 30), 100);
  const auto page = m_kind == ForgeKind::gitea ? 1 : number_in(query, "page", 1);
  std::string out = "[";
  for (std::size_t i = (page - 1) * size; i < std::min(page * size, comments.size()); ++i)
    out += (out.size() == 1 ? "" : ",") + json_of(comments[i]);
  Answer answer{200, out + "]"};
  // An address that must not be followed: it is elsewhere.
  if (page * size < comments.size())
    answer.headers = "Link: <http://192.0.2.1/steal?page=2>; rel=\"next\", <http://192.0.2.1/>; rel=\"last\"\r\n";
  return answer;
}

Answer FakeForge::set_state(const json::Value& body)
{
  State state{std::string(json::text(body, {"state"})), std::string(json::text(body, {"context"})),
              std::string(json::text(body, {"description"})), std::string(json::text(body, {"target_url"}))};
  const std::set<std::string> words =
      m_kind == ForgeKind::gitlab
          ? std::set<std::string>{"pending", "running", "success", "failed", "canceled", "skipped"}
          : std::set<std::string>{"error", "failure", "pending", "success"};
  if (!words.contains(state.state))
    return message(m_kind == ForgeKind::gitlab ? 400 : 422, "state does not have a valid value");
  if (m_kind == ForgeKind::github && state.description.size() > 140)
    return message(422, "description is too long (maximum is 140 characters)");
  if (m_kind == ForgeKind::gitlab && !states.empty() && states.back().state == state.state)
    return message(400, fmt::format("Cannot transition status via :{} from :{}", state.state, state.state));
  states.push_back(std::move(state));
  return {201, "{}"};
}

Answer FakeForge::api(const Got& got, const std::string& path, const std::string& query)
{
  if (got.headers.contains("authorization") && got.headers.at("authorization") != std::string("Bearer ") + k_token)
    return message(401, "Bad credentials");
  if (!got.headers.contains("authorization")) return message(401, "Requires authentication");
  if (got.headers.at("user-agent").empty()) return message(403, "Request forbidden by administrative rules");
  if (got.method == "GET" && path == "/user") {
    if (app) return message(403, "Resource not accessible by integration");
    return {200, m_kind == ForgeKind::gitlab ? R"({"id":1,"username":"gate"})" : R"({"id":1,"login":"gate"})"};
  }
  if (got.method == "GET" && path == comments_path()) return list(query);
  if (got.method == "DELETE") {
    const auto number = std::stoll(path.substr(path.rfind('/') + 1));
    return std::erase_if(comments, [&](const Comment& one) { return one.id == number; }) > 0
               ? Answer{204, ""}
               : message(404, "Not Found");
  }
  const auto document = json::parse(got.body, "body");
  if (!document || got.headers.at("content-type") != "application/json") return message(400, "Problems parsing JSON");
  if (got.method == "POST" && path == repository_path() + "/statuses/" + k_commit) return set_state(*document);
  const std::string body(json::text(*document, {"body"}));
  if (got.method == "POST" && path == comments_path()) {
    if (body.empty() || (m_kind == ForgeKind::github && body.size() > 65'536)) return message(422, "Validation Failed");
    if (!rival.empty()) say(app ? "gate-app[bot]" : "gate", std::exchange(rival, {}));
    say(app ? "gate-app[bot]" : "gate", body);
    return {201, json_of(comments.back())};
  }
  const auto prefix = m_kind == ForgeKind::gitlab ? comments_path() + "/" : repository_path() + "/issues/comments/";
  if (got.method != (m_kind == ForgeKind::gitlab ? "PUT" : "PATCH") || !path.starts_with(prefix))
    return message(404, "Not Found");
  const auto found = std::ranges::find(comments, std::stoll(path.substr(prefix.size())), &Comment::id);
  if (found != comments.end() && std::exchange(vanish_on_update, false)) comments.erase(found);
  else if (found != comments.end()) {
    found->body = body;
    return {200, json_of(*found)};
  }
  return message(404, "Not Found");
}

Answer FakeForge::answer(const Got& got)
{
  if (!first.empty()) {
    const auto out = first.front();
    first.pop_front();
    if (out.status != 299) return out; // 299: this one is let through
  }
  const auto root = target().api.substr(url().size());
  if (!got.path.starts_with(root + "/")) return {404, "no such page"};
  const auto path = got.path.substr(root.size());
  const auto mark = path.find('?');
  auto out = api(got, path.substr(0, mark), mark == std::string::npos ? "" : path.substr(mark + 1));
  if (got.method == "POST" && std::exchange(swallow_next_post, false)) return {0, ""};
  return out;
}

} // namespace streamgate::notify::test
