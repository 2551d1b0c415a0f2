// SPDX-License-Identifier: Apache-2.0
#include "kube/status.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

namespace streamgate::kube {
namespace {

constexpr std::size_t k_longest_body = 300;
constexpr std::size_t k_longest_message = 1000;
constexpr std::size_t k_most_causes = 5;

struct Answer {
  std::int64_t code = 0;
  std::string message;
  std::string causes;
};

std::string causes_of(const json::Value& status)
{
  const auto* list = json::find(status, {"details", "causes"});
  if (list == nullptr || !list->IsArray()) return {};
  std::string out;
  std::size_t count = 0;
  for (const auto& cause : list->GetArray()) {
    if (++count > k_most_causes) return out + "; ...";
    const auto field = json::text(cause, {"field"});
    const auto message = json::text(cause, {"message"});
    out += fmt::format("{}{}{}{}", out.empty() ? "" : "; ", field, field.empty() ? "" : ": ", message);
  }
  return out;
}

Answer read_status(const json::Value& status, std::int64_t code)
{
  return {json::integer(status, {"code"}).value_or(code), std::string(json::text(status, {"message"})),
          causes_of(status)};
}

ErrorCode code_of(const Answer& answer)
{
  switch (answer.code) {
  case 401:
    return ErrorCode::unauthorized;
  case 403:
    return ErrorCode::forbidden;
  case 404:
    return ErrorCode::not_found;
  case 409:
    return ErrorCode::conflict;
  case 410:
    return ErrorCode::gone;
  case 429:
    return ErrorCode::throttled;
  // A JSON patch whose `test` does not hold says so in a cause only.
  case 422:
    return answer.causes.find("test failed") != std::string::npos ? ErrorCode::conflict : ErrorCode::bad_input;
  default:
    break;
  }
  return answer.code >= 400 && answer.code < 500 ? ErrorCode::bad_input : ErrorCode::unavailable;
}

std::string hint_of(ErrorCode code)
{
  switch (code) {
  case ErrorCode::unauthorized:
    return "the server does not accept these credentials: check the kubeconfig's user or token";
  case ErrorCode::forbidden:
    return "give the account this right (RBAC)";
  default:
    return {};
  }
}

Error to_error(const Answer& answer, std::string_view what)
{
  std::string message = fmt::format("{}: {}", what, answer.message);
  // Many messages end with their causes already.
  if (!answer.causes.empty() && answer.message.find(answer.causes) == std::string::npos)
    message += " (" + answer.causes + ")";
  // An invalid object may be quoted whole.
  message = utf8::truncate(message, k_longest_message);
  const auto code = code_of(answer);
  return {code, std::move(message), {}, hint_of(code)};
}

} // namespace

Error status_error(const http::Response& response, std::string_view what)
{
  const auto parsed = json::parse(response.body, "the answer");
  if (parsed && json::text(*parsed, {"kind"}) == "Status") {
    auto answer = read_status(*parsed, response.status);
    answer.code = response.status;
    if (answer.message.empty()) answer.message = fmt::format("status {}", response.status);
    return to_error(answer, what);
  }
  auto body = utf8::truncate(utf8::repair(response.body), k_longest_body);
  while (!body.empty() && (body.back() == '\n' || body.back() == '\r')) body.pop_back();
  const auto message = fmt::format("status {}{}{}", response.status, body.empty() ? "" : ": ", body);
  return to_error({response.status, message, {}}, what);
}

bool refuses_patch(const http::Response& response)
{
  if (response.status != 422) return false;
  const auto parsed = json::parse(response.body, "the answer");
  return parsed && json::text(*parsed, {"kind"}) == "Status" && causes_of(*parsed).empty();
}

Error status_error(const json::Value& status, std::string_view what)
{
  auto answer = read_status(status, 500);
  const auto reason = json::text(status, {"reason"});
  if (reason == "Expired" || reason == "Gone") answer.code = 410;
  if (answer.message.empty()) answer.message = fmt::format("status {}", answer.code);
  return to_error(answer, what);
}

} // namespace streamgate::kube
