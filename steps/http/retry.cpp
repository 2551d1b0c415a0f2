// SPDX-License-Identifier: Apache-2.0
#include "http/retry.hpp"

#include "base/log.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <random>

namespace streamgate::http {
namespace {

bool is_repeatable(int status)
{
  return status == 429 || status == 500 || (status >= 502 && status <= 504);
}

// True when the server surely did nothing: it never got the request, or priority and fairness turned it away.
bool surely_not_done(const Outcome& outcome)
{
  return outcome ? outcome->status == 429 : !outcome.error().may_have_arrived;
}

bool may_be_cured(const Outcome& outcome)
{
  if (outcome) return is_repeatable(outcome->status);
  return outcome.error().code == ErrorCode::unavailable || outcome.error().code == ErrorCode::timeout;
}

} // namespace

std::optional<Duration> retry_after(const Response& response, WallTime now)
{
  const auto value = response.headers.find("Retry-After");
  if (!value) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), seconds);
  if (error == std::errc() && end == value->data() + value->size()) {
    if (seconds < 0) return std::nullopt;
    return std::chrono::seconds(std::min<std::int64_t>(seconds, 86400));
  }
  const std::time_t date = curl_getdate(std::string(*value).c_str(), nullptr);
  if (date == -1) return std::nullopt;
  const auto until = std::chrono::floor<Duration>(std::chrono::system_clock::from_time_t(date));
  return std::max(Duration(0), until - now);
}

Duration back_off(const RetryPolicy& policy, int tries_done)
{
  auto wait = policy.first;
  for (int i = 1; i < tries_done && wait < policy.longest; ++i) wait *= 2;
  return std::min(wait, policy.longest);
}

Duration jitter(Duration duration)
{
  static thread_local std::minstd_rand random{std::random_device{}()};
  const auto half = duration.count() / 2;
  return Duration(duration.count() -
                  std::uniform_int_distribution<Duration::rep>(0, std::max<Duration::rep>(half, 0))(random));
}

std::optional<Duration> retry_delay(const RetryPolicy& policy, Idempotent idempotent, int tries_done,
                                    const Outcome& outcome)
{
  if (tries_done >= policy.tries || !may_be_cured(outcome)) return std::nullopt;
  if (idempotent == Idempotent::no && !surely_not_done(outcome)) return std::nullopt;
  if (outcome) {
    if (const auto asked = retry_after(*outcome, wall_now())) return *asked <= policy.patience ? asked : std::nullopt;
  }
  return jitter(back_off(policy, tries_done));
}

Outcome send_with_retry(Session& session, const Request& request, const RetryPolicy& policy, const Cancel& cancel)
{
  for (int tries = 1;; ++tries) {
    auto outcome = session.send(request, cancel);
    const auto delay = retry_delay(policy, request.idempotent, tries, outcome);
    if (!delay) return outcome;
    log::debug("{} {}: try {} of {} failed ({}), next in {}", request.method, request.url, tries, policy.tries,
               outcome ? "status " + std::to_string(outcome->status) : outcome.error().message, to_text(*delay));
    if (auto status = cancel.sleep(*delay); !status) return std::unexpected(Failure{std::move(status.error())});
  }
}

} // namespace streamgate::http
