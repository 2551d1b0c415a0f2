// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/time.hpp"

#include <atomic>
#include <thread>

namespace streamgate::run_tests {

// Ends a run whose test takes too long: `token()` is requested when `limit` passes without a call of `feed`, or when
// `outer` is requested. A limit of 0 watches nothing.
class Watchdog {
public:
  Watchdog(const Cancel& outer, Duration limit);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  const Cancel& token() const { return m_token; }
  // A test began: the time starts anew.
  void feed();
  // True when it was the limit that requested the token.
  bool barked() const { return m_barked; }

private:
  void watch();

  const Cancel& m_outer;
  Duration m_limit;
  Cancel m_token;
  Cancel m_stop;
  std::atomic<std::chrono::steady_clock::duration::rep> m_deadline{0};
  std::atomic<bool> m_barked{false};
  std::thread m_thread;
};

} // namespace streamgate::run_tests
