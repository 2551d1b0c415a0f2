// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"

#include <array>
#include <string>

namespace streamgate::notify {

// What became of a notice on one way.
enum class Sent { sent, unchanged, planned, failed };
constexpr auto enum_names(Sent)
{
  return std::array{EnumName{Sent::sent, "sent"}, EnumName{Sent::unchanged, "unchanged"},
                    EnumName{Sent::planned, "planned"}, EnumName{Sent::failed, "failed"}};
}

struct Delivery {
  std::string channel; // "slack", "webhook", "status", "comment"
  Sent sent = Sent::failed;
  std::string detail; // for people

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("channel", self.channel);
    visit("sent", self.sent);
    visit("detail", self.detail);
  }
};

} // namespace streamgate::notify
