// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "notify/test_server.hpp"

#include <deque>
#include <string>
#include <vector>

namespace streamgate::notify::test {

// Return what is wrong with a message by Slack's documented limits and by what must never be in one (a mention that was
// not allowed, half an escape), or "". Knows nothing of how messages are made.
std::string slack_problem(const std::string& body, const std::vector<std::string>& allowed_mentions = {});

// An incoming webhook that enforces them as Slack does: 400 no_text, invalid_blocks, msg_blocks_too_long,
// invalid_payload; 404 no_service for another path.
class SlackServer {
public:
  SlackServer();
  std::string url() const { return m_server.url() + k_path; }
  std::vector<Got> got() const { return m_server.got(); }
  // Answers that come before its own, in their order.
  std::deque<Answer> first;
  // Messages that it took.
  std::vector<std::string> taken;

  static constexpr const char* k_path = "/services/T0000000/B0000000/kW9xSecretOfTheHook";

private:
  Answer answer(const Got& got);
  Server m_server;
};

} // namespace streamgate::notify::test
