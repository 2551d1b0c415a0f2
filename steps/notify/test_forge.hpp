// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"
#include "notify/target.hpp"
#include "notify/test_server.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace streamgate::notify::test {

// A forge that speaks as much of an API as its documentation says of statuses and comments: paths, authorization,
// fields and their words, limits, status codes, pages with Link headers. Repository "o/n" (GitLab: "g/s/n"), commit
// `k_commit`, pull request 7.
class FakeForge {
public:
  explicit FakeForge(ForgeKind kind);

  static constexpr const char* k_commit = "0123456789012345678901234567890123456789";
  static constexpr const char* k_token = "the-token-of-the-test";

  struct Comment {
    std::int64_t id;
    std::string author, body;
  };
  struct State {
    std::string state, context, description, url;
  };

  Target target() const;
  std::string url() const { return m_server.url(); }
  std::vector<Got> got() const { return m_server.got(); }
  void say(const std::string& author, const std::string& body) { comments.push_back({++m_last_id, author, body}); }

  std::deque<Answer> first;       // answers that come before its own
  bool app = false;               // GitHub: the token is of an App's installation
  std::string rival;              // what somebody with our account says just before our next comment
  bool swallow_next_post = false; // do it, and cut the connection
  bool vanish_on_update = false;  // somebody removes the comment just before
  std::vector<Comment> comments;
  std::vector<State> states;

private:
  Answer answer(const Got& got);
  Answer api(const Got& got, const std::string& path, const std::string& query);
  Answer list(const std::string& query) const;
  Answer set_state(const json::Value& body);
  std::string json_of(const Comment& comment) const;
  std::string repository_path() const;
  std::string comments_path() const;

  ForgeKind m_kind;
  std::int64_t m_last_id = 100;
  Server m_server;
};

} // namespace streamgate::notify::test
