// SPDX-License-Identifier: Apache-2.0
#include "kube/transport.hpp"

#include "base/log.hpp"
#include "base/redact.hpp"
#include "kube/status.hpp"

#include <algorithm>

namespace streamgate::kube {
namespace {

constexpr Duration k_longest_plugin = std::chrono::minutes(1);

// Go's HTTP stack lets a SOCKS proxy look names up; libcurl does so for socks5h only.
std::string proxy_for_curl(const std::string& proxy)
{
  return proxy.starts_with("socks5://") ? "socks5h" + proxy.substr(6) : proxy;
}

} // namespace

Transport::Transport(Config config, const Cancel& cancel, ClientOptions options)
    : m_config(std::move(config)), m_options(options), m_cancel(cancel), m_credentials(m_config)
{
  if (m_config.insecure_skip_tls_verify)
    log::warn("the certificate of {} is not verified, as the kubeconfig says", m_config.server);
}

Result<Duration> Transport::within(Duration duration) const
{
  if (m_options.deadline == SteadyTime::max()) return duration;
  const auto left = std::chrono::floor<Duration>(m_options.deadline - std::chrono::steady_clock::now());
  if (left > Duration(0)) return std::min(duration, left);
  return fail(ErrorCode::timeout, "the API server " + m_config.server + " did not answer before the deadline");
}

Result<http::Request> Transport::request(const Call& call)
{
  http::Request request;
  request.method = call.method;
  request.url = m_config.server + call.path;
  request.body = call.body;
  request.proxy = proxy_for_curl(m_config.proxy);
  request.idempotent = call.idempotent;
  request.tls.ca = m_config.ca;
  request.tls.server_name = m_config.tls_server_name;
  request.tls.insecure = m_config.insecure_skip_tls_verify;
  request.headers.add("Accept", "application/json");
  if (!call.content_type.empty()) request.headers.add("Content-Type", call.content_type);
  if (!m_config.impersonate.empty()) request.headers.add("Impersonate-User", m_config.impersonate);
  for (const auto& group : m_config.impersonate_groups) request.headers.add("Impersonate-Group", group);
  SG_TRY_ASSIGN(const auto longest, within(k_longest_plugin));
  SG_TRY(m_credentials.put_on(request, longest, m_cancel));
  SG_TRY_ASSIGN(request.timeout, within(m_options.timeout));
  return request;
}

Result<http::Response> Transport::send(const Call& call)
{
  bool renewed = false;
  SG_TRY_ASSIGN(auto request, this->request(call));
  for (int tries = 1;;) {
    auto outcome = m_session.send(request, m_cancel);
    // Refused credentials are the one 4xx that another try may cure; the server did nothing yet.
    if (outcome && outcome->status == 401 && !renewed && renew_credentials()) {
      renewed = true;
      SG_TRY_ASSIGN(request, this->request(call));
      continue;
    }
    auto delay = http::retry_delay(m_options.retry, call.idempotent, tries, outcome);
    // With no time for another try, what the last one said is worth more than that the time is over.
    if (const auto left = delay ? within(*delay) : Result<Duration>(Duration(0)); delay && (!left || *left < *delay))
      delay.reset();
    if (!delay && !outcome) return std::unexpected(std::move(outcome.error()));
    if (!delay) return std::move(*outcome);
    log::debug("{}: try {} gave {}, next in {}", call.what(), tries,
               outcome ? "status " + std::to_string(outcome->status) : outcome.error().message, to_text(*delay));
    SG_TRY(m_cancel.sleep(*delay));
    ++tries;
    SG_TRY_ASSIGN(request, this->request(call));
  }
}

Result<json::Document> Transport::send_for_json(const Call& call)
{
  SG_TRY_ASSIGN(const auto response, send(call));
  if (!response.good()) return std::unexpected(status_error(response, call.what()));
  return json::parse(response.body, "the answer to " + call.what());
}

} // namespace streamgate::kube
