// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "notify/sender.hpp"
#include "record/notification.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

// Messages for Slack's incoming webhooks (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
namespace streamgate::notify::slack {

// Text of Slack's own markup. `verbatim` keeps it from making links and mentions of plain words.
struct Text {
  std::string type = "mrkdwn";
  std::string text;
  bool verbatim = true;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("type", self.type);
    visit("text", self.text);
    visit("verbatim", self.verbatim);
  }
};

struct Block {
  std::string type = "section";
  std::optional<Text> text = {};
  std::optional<std::vector<Text>> lines = {}; // in two columns

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("type", self.type);
    visit("text", self.text);
    visit("fields", self.lines);
  }
};

struct Attachment {
  std::string color; // "#2E7D32"
  std::vector<Block> blocks;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("color", self.color);
    visit("blocks", self.blocks);
  }
};

struct Message {
  std::string text; // what notifications show, and all there is of a message in plain text
  std::optional<std::vector<Attachment>> attachments = {};

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("text", self.text);
    visit("attachments", self.attachments);
  }
};

// Slack's markup for an owner: <@U...>, <@W...> or <!subteam^S...>.
using Mentions = std::map<std::string, std::string>;

// Parse "OWNER=<@U123>" items. Error usage for anything that is no user and no group: nobody is to mention a channel.
Result<Mentions> parse_mentions(const std::vector<std::string>& items);

// Most messages that a run makes; what does not fit is counted in the last one.
inline constexpr std::size_t k_most_messages = 3;

// Return the messages of a run within Slack's limits: a section's text 3000 characters and its fields ten of 2000, 50
// blocks, and about 13,200 characters of blocks in all (slackapi/bolt-js#2509). Bytes of the JSON are counted, which
// are never fewer. The owners of new failures are mentioned in the first one.
std::vector<Message> render(const record::Notification& notification, const Mentions& mentions);

// The same in plain text, for a server that takes no blocks.
Message plain(const record::Notification& notification, const Mentions& mentions);

// Send the messages in their order; one that is refused for its blocks is sent as `fallback` instead, and is the last
// then. Return what was sent, for people. Errors as `error_of`, timeout, cancelled; bad_input when the answer is not
// Slack's "ok".
Result<std::string> send(Sender& sender, const std::string& url, const std::vector<Message>& messages,
                         const Message& fallback);

} // namespace streamgate::notify::slack
