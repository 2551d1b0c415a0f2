// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http.hpp"

#include <cstdint>

namespace streamgate::http {

// Many transfers in one thread. Nothing here sleeps: `wait` returns as soon as a descriptor has something to say.
class Multi {
public:
  using Id = std::uint64_t;
  using Done = std::function<void(Outcome)>;

  Multi();
  Multi(Multi&&) noexcept;
  Multi& operator=(Multi&&) noexcept;
  ~Multi();

  // Start a transfer; `done` is called from `wait` exactly once, unless `stop` comes first. Both callbacks (also the
  // request's `sink`) may start and stop other transfers, but a sink must not stop its own: it returns false.
  Id start(Request request, Done done);
  // Drop a transfer without calling its `done`. Unknown ids are ignored.
  void stop(Id id);

  // Let the transfers go on, for at most `longest`: returns after the first things that happened, or early when
  // `cancel` is requested (which is not an error here).
  void wait(Duration longest, const Cancel& cancel);

private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

} // namespace streamgate::http
