// SPDX-License-Identifier: Apache-2.0
#include "watchdog.hpp"

#include <poll.h>

#include <algorithm>
#include <array>

namespace streamgate::run_tests {
namespace {

using Clock = std::chrono::steady_clock;

} // namespace

Watchdog::Watchdog(const Cancel& outer, Duration limit) : m_outer(outer), m_limit(limit)
{
  feed();
  m_thread = std::thread([this] { watch(); });
}

Watchdog::~Watchdog()
{
  m_stop.request();
  m_thread.join();
}

void Watchdog::feed()
{
  m_deadline = (Clock::now() + m_limit).time_since_epoch().count();
}

void Watchdog::watch()
{
  for (;;) {
    const auto deadline = Clock::time_point(Clock::duration(m_deadline));
    const auto left = std::chrono::ceil<Duration>(deadline - Clock::now()).count();
    if (m_limit.count() > 0 && left <= 0) {
      m_barked = true;
      return m_token.request();
    }
    std::array<pollfd, 2> entries{pollfd{m_outer.fd(), POLLIN, 0}, pollfd{m_stop.fd(), POLLIN, 0}};
    const auto wait = m_limit.count() > 0 ? static_cast<int>(std::min<std::int64_t>(left, 3'600'000)) : -1;
    ::poll(entries.data(), entries.size(), wait);
    if (entries[1].revents != 0) return;
    if (entries[0].revents != 0) return m_token.request();
  }
}

} // namespace streamgate::run_tests
