// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http.hpp"

namespace streamgate::http {

// How a request is repeated: 429 and 503 after what their Retry-After says (at most `longest`), other 5xx and cut
// connections with exponential back-off and jitter. What is not idempotent is repeated only when the server surely did
// not act on it: no connection, or 429.
struct RetryPolicy {
  int tries = 6;
  Duration first = std::chrono::milliseconds(200);
  Duration longest = std::chrono::seconds(10);
  Duration patience = std::chrono::minutes(2); // with Retry-After: who asks for more is not asked again
};

// Return how long an answer asks to wait by Retry-After (seconds, or an HTTP date seen from `now`), or nothing.
std::optional<Duration> retry_after(const Response& response, WallTime now);

// Return the back-off before try number `tries_done` + 1 without jitter: doubled each time, at most `longest`.
Duration back_off(const RetryPolicy& policy, int tries_done);

// Return `duration` made shorter by a random part of up to a half, so that many clients do not come at once.
Duration jitter(Duration duration);

// Return how long to wait before the next try, or nothing when `outcome` is final.
std::optional<Duration> retry_delay(const RetryPolicy& policy, Idempotent idempotent, int tries_done,
                                    const Outcome& outcome);

// Send, and repeat as `policy` and the request's `idempotent` say. Returns the last try's outcome; cancellation ends
// the waiting too.
Outcome send_with_retry(Session& session, const Request& request, const RetryPolicy& policy, const Cancel& cancel);

} // namespace streamgate::http
