// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"

namespace streamgate {

// Says that the step must end: SIGTERM and SIGINT of the process, or `request()` in a test. Waiting code polls `fd()`
// beside its own descriptors, so that nothing waits longer than it must. One source of signals per process.
class Cancel {
public:
  // A token that signals do not touch.
  Cancel();
  // The token of the process: SIGTERM and SIGINT set it; the second signal ends the process at once.
  static Cancel& of_process();

  Cancel(const Cancel&) = delete;
  Cancel& operator=(const Cancel&) = delete;
  ~Cancel();

  // Ask the step to end. Async-signal-safe.
  void request() noexcept;
  bool requested() const noexcept;
  // A descriptor that becomes and stays readable once requested.
  int fd() const noexcept { return m_fd; }

  // Wait for `duration` or until requested. Error: cancelled.
  Status sleep(Duration duration) const;
  // Error `cancelled` once requested.
  Status check() const;

private:
  int m_fd; // eventfd
};

} // namespace streamgate
