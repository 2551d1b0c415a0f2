// SPDX-License-Identifier: Apache-2.0
#include "notify/sender.hpp"

#include "base/file.hpp"
#include "base/host.hpp"
#include "base/json.hpp"
#include "base/redact.hpp"
#include "notify/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::notify {
namespace {

constexpr http::RetryPolicy k_retry{.tries = 4,
                                    .first = std::chrono::milliseconds(200),
                                    .longest = std::chrono::seconds(5),
                                    .patience = std::chrono::minutes(1)};

ErrorCode code_of(int status)
{
  switch (status) {
  case 401:
    return ErrorCode::unauthorized;
  case 403:
    return ErrorCode::forbidden;
  case 404:
    return ErrorCode::not_found;
  case 409:
  case 422:
    return ErrorCode::conflict;
  case 410:
    return ErrorCode::gone;
  case 429:
    return ErrorCode::throttled;
  default:
    return status >= 500 ? ErrorCode::unavailable : ErrorCode::bad_input;
  }
}

// Forges say why in `message` or `error` of an object, Slack in a word.
std::string why(const std::string& body)
{
  const auto document = json::parse(body, "answer");
  for (const char* name : {"message", "error"}) {
    if (!document) break;
    const auto text = json::text(*document, {name});
    if (!text.empty()) return one_line(text, 200);
  }
  return one_line(body.substr(0, 4096), 200);
}

} // namespace

Result<std::optional<std::string>> read_secret(const std::filesystem::path& path, std::string_view name)
{
  const auto file = file::mounted(path, name);
  if (file.empty() || (file != path && !std::filesystem::exists(file))) return std::nullopt;
  SG_TRY_ASSIGN(auto secret, file::read(file, 64 * 1024));
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  redact::remember(secret);
  const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (secret.empty() || std::ranges::any_of(secret, control))
    return fail(ErrorCode::bad_input, fmt::format("{} does not hold a secret on one line", file.string()));
  return secret;
}

Result<std::optional<std::string>> read_secret_url(const std::filesystem::path& path, std::string_view name)
{
  SG_TRY_ASSIGN(auto url, read_secret(path, name));
  if (!url) return std::nullopt;
  const auto where = file::mounted(path, name).string();
  const auto host = url->find("://");
  if ((!url->starts_with("https://") && !url->starts_with("http://")) ||
      url->find_first_of(" \"<>\\") != std::string::npos)
    return fail(ErrorCode::bad_input, fmt::format("{} does not hold an http or https URL", where));
  // A library may speak of a part of it alone.
  if (const auto slash = url->find('/', host + 3); slash != std::string::npos) {
    redact::remember(url->substr(slash));
    redact::remember(url->substr(url->rfind('/') + 1));
  }
  if (!may_carry_secret(*url))
    return fail(ErrorCode::bad_input, fmt::format("the URL in {} would travel in clear", where), "use https");
  return url;
}

Result<http::Response> Sender::send(http::Request request)
{
  request.tls.ca = m_ca;
  request.timeout = m_timeout;
  request.connect_timeout = std::min<Duration>(m_timeout, std::chrono::seconds(10));
  request.headers.add("User-Agent", "streamgate-notify"); // GitHub refuses requests without one
  if (!request.body.empty()) request.headers.add("Content-Type", "application/json");
  auto outcome = http::send_with_retry(m_session, request, k_retry, m_cancel);
  if (outcome) return std::move(*outcome);
  const auto& failure = outcome.error();
  return fail(failure.code, redact::clean(failure.message), redact::clean(failure.hint));
}

Error error_of(const http::Response& response, std::string_view who)
{
  const auto said = why(response.body);
  return Error{code_of(response.status),
               fmt::format("{} answered {}{}{}", who, response.status, said.empty() ? "" : ": ", said)};
}

} // namespace streamgate::notify
