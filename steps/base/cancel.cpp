// SPDX-License-Identifier: Apache-2.0
#include "base/cancel.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>

namespace streamgate {
namespace {

std::atomic<Cancel*> g_process_cancel{nullptr};

extern "C" void on_signal(int)
{
  const int kept = errno; // of the code that the signal interrupts
  if (auto* cancel = g_process_cancel.load()) cancel->request();
  errno = kept;
}

} // namespace

Cancel::Cancel() : m_fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Cancel::~Cancel()
{
  ::close(m_fd);
}

Cancel& Cancel::of_process()
{
  static Cancel& cancel = *new Cancel; // lives as long as the handlers that use it
  if (g_process_cancel.exchange(&cancel) == nullptr) {
    struct sigaction action = {};
    action.sa_handler = on_signal;
    // The second signal finds the default action and ends a process that does not listen.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    struct sigaction hangup = {};
    ::sigaction(SIGHUP, nullptr, &hangup);
    if (hangup.sa_handler != SIG_IGN) ::sigaction(SIGHUP, &action, nullptr); // of nohup it stays ignored
    ::signal(SIGPIPE, SIG_IGN);
  }
  return cancel;
}

void Cancel::request() noexcept
{
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(m_fd, &one, sizeof one);
}

bool Cancel::requested() const noexcept
{
  pollfd entry{m_fd, POLLIN, 0};
  return ::poll(&entry, 1, 0) == 1;
}

Status Cancel::sleep(Duration duration) const
{
  const auto until = std::chrono::steady_clock::now() + duration;
  for (;;) {
    SG_TRY(check());
    const auto left = std::chrono::ceil<Duration>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0) return {};
    pollfd entry{m_fd, POLLIN, 0};
    ::poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
  }
}

Status Cancel::check() const
{
  if (requested()) return fail(ErrorCode::cancelled, "cancelled by a signal");
  return {};
}

} // namespace streamgate
