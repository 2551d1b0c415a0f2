// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "git/access.hpp"
#include "git/location.hpp"

#include <git2.h>

#include <atomic>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>

// The border to libgit2: its start, its errors, and a deadline around what talks to a server.
namespace streamgate::git {

// Start libgit2 once in this process; it lives until the process ends. Error: internal.
Status start_library();

// Return the error that libgit2 remembers for this thread after `code`.
Error last_error(int code);

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* pointer) const { Free(pointer); }
};
using RemotePtr = std::unique_ptr<git_remote, Freed<git_remote, git_remote_free>>;

// What the callbacks of one exchange need; it lives as long as the exchange.
struct Exchange {
  Location location;
  Access access;
  std::shared_ptr<std::atomic<bool>> stop = std::make_shared<std::atomic<bool>>(false);
  bool tried_password = false;
  bool tried_key = false;
  std::string refused = {}; // the server's word on a push that it did not take
};

// Return callbacks (credentials, progress that notices `stop`, the server's word on a push) bound to `exchange`.
git_remote_callbacks callbacks_of(Exchange& exchange);

// Use the CA file of `access` for the servers of this process. Error: tls.
Status trust(const Access& access);

namespace detail {
// Wait for `done` (polled as a descriptor that becomes readable). Errors: timeout, cancelled.
Status wait(int done, Duration timeout, const Cancel& cancel);
int make_event();
void signal_event(int fd);
void close_event(int fd);
} // namespace detail

// Run `work` in a thread of its own and wait for it at most `timeout`. libgit2 1.5 knows no timeouts, so a server that
// says nothing would hold the step for ever: then the thread is left to itself, and ends with the process. `work` must
// own all that it uses. Errors: those of `work`; timeout; cancelled.
template <class Work>
auto bounded(Duration timeout, const Cancel& cancel, const std::shared_ptr<std::atomic<bool>>& stop, std::string what,
             Work work) -> std::invoke_result_t<Work>
{
  using R = std::invoke_result_t<Work>;
  struct State {
    int event = detail::make_event();
    std::promise<R> promise;
    ~State() { detail::close_event(event); }
  };
  auto state = std::make_shared<State>();
  auto future = state->promise.get_future();
  std::thread([state, work = std::move(work)]() mutable {
    try {
      state->promise.set_value(work());
    } catch (...) {
      state->promise.set_exception(std::current_exception());
    }
    detail::signal_event(state->event);
  }).detach();
  if (auto waited = detail::wait(state->event, timeout, cancel); !waited) {
    stop->store(true);
    return std::unexpected(std::move(waited.error()).during(std::move(what)));
  }
  return during(future.get(), std::move(what));
}

} // namespace streamgate::git
