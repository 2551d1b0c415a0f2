// SPDX-License-Identifier: Apache-2.0
#include "facts/inquiry.hpp"

#include "kube/path.hpp"

#include <fmt/format.h>

namespace streamgate::facts {
namespace {

constexpr auto k_patience = std::chrono::seconds(4); // for one try of a question
constexpr http::RetryPolicy k_retry{.tries = 2,
                                    .first = std::chrono::milliseconds(200),
                                    .longest = std::chrono::seconds(1),
                                    .patience = std::chrono::seconds(2)};

bool silent(ErrorCode code)
{
  return code == ErrorCode::unavailable || code == ErrorCode::timeout || code == ErrorCode::cancelled ||
         code == ErrorCode::tls || code == ErrorCode::unauthorized;
}

} // namespace

Result<Inquiry> Inquiry::make(const kube::Config& config, const Cancel& cancel, Duration longest, Problems& problems)
{
  SG_TRY_ASSIGN(auto client,
                kube::Client::make(
                    config, cancel,
                    {.timeout = k_patience, .retry = k_retry, .deadline = std::chrono::steady_clock::now() + longest}));
  return Inquiry(std::move(client), problems);
}

void Inquiry::failed(const Error& error)
{
  m_problems->add(error.text());
  m_silent = silent(error.code) ? m_silent + 1 : 0;
  if (down()) m_problems->add("the API server was not asked for the rest: it does not answer");
}

template <class T>
std::optional<T> Inquiry::take(Result<T> answer)
{
  if (answer) {
    m_silent = 0;
    return std::move(*answer);
  }
  if (answer.error().code == ErrorCode::not_found) m_silent = 0;
  else failed(answer.error());
  return std::nullopt;
}

std::optional<json::Document> Inquiry::get(const kube::Resource& resource, const kube::ObjectName& name)
{
  if (down()) return std::nullopt;
  return take(m_client.get(resource, name));
}

std::optional<json::Document> Inquiry::get_path(const std::string& path)
{
  if (down()) return std::nullopt;
  return take(m_client.get_path(path));
}

bool Inquiry::list(const kube::Resource& resource, const std::string& nspace, const kube::ListOptions& options,
                   std::size_t most, const std::function<void(const json::Value&)>& each)
{
  std::size_t count = 0;
  std::string next;
  const auto pages = most / static_cast<std::size_t>(options.page) + 2;
  for (std::size_t i = 0; i < pages && count < most && (i == 0 || !next.empty()); ++i) {
    kube::Query query;
    query.add(options).add("limit", std::to_string(options.page)).add("continue", next);
    const auto page = get_path(kube::collection_path(resource, nspace) + query.text());
    if (!page) return false;
    const auto* items = json::find(*page, {"items"});
    if (items == nullptr || !items->IsArray()) return true;
    for (const auto& item : items->GetArray()) {
      if (count++ < most) each(item);
    }
    next = json::text(*page, {"metadata", "continue"});
  }
  if (!next.empty() || count > most)
    m_problems->add(fmt::format("only the first {} {}{}{} were looked at", most, resource.plural,
                                nspace.empty() ? "" : " of ", nspace));
  return true;
}

std::string Inquiry::log(const kube::ObjectName& pod, const kube::LogOptions& options)
{
  if (down()) return {};
  return take(m_client.logs(pod, options)).value_or("");
}

} // namespace streamgate::facts
