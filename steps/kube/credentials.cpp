// SPDX-License-Identifier: Apache-2.0
#include "kube/credentials.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/redact.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace streamgate::kube {
namespace {

// A credential is not used in its last moments: the server's clock may be ahead.
constexpr auto k_margin = std::chrono::seconds(10);

std::string trim(const std::string& text)
{
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// What a plugin gets in its environment it may print when it fails.
bool names_secret(std::string name)
{
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return std::ranges::any_of(std::array{"TOKEN", "SECRET", "PASSWORD", "KEY"},
                             [&](const char* part) { return name.find(part) != std::string::npos; });
}

} // namespace

Credentials::Credentials(const Config& config) : m_config(config)
{
  redact::remember(config.token);
  redact::remember(config.password);
  for (const auto& [name, value] : config.exec.environment) {
    if (names_secret(name)) redact::remember(value);
  }
}

Status Credentials::put_on(http::Request& request, Duration longest, const Cancel& cancel)
{
  request.bearer = m_config.token;
  request.username = m_config.username;
  request.password = m_config.password;
  request.tls.certificate = m_config.client_certificate;
  request.tls.key = m_config.client_key;
  if (!m_config.token_file.empty()) {
    SG_TRY(read_token_file());
    request.bearer = m_file_token;
  }
  if (m_config.exec.command.empty()) return {};
  if (plugin_is_due()) SG_TRY(run_plugin(longest, cancel));
  if (!m_exec->token.empty()) request.bearer = m_exec->token;
  if (!m_exec->certificate.empty()) {
    request.tls.certificate = m_exec->certificate;
    request.tls.key = m_exec->key;
  }
  return {};
}

// While a file cannot be read, the token that it had goes on being used: it is often still good.
Status Credentials::read_token_file()
{
  const auto content = file::read(m_config.token_file, std::size_t{1} << 20U);
  auto token = content ? trim(*content) : std::string();
  if (token.empty() && m_file_token.empty()) {
    return fail(ErrorCode::unauthorized,
                content ? "token file " + m_config.token_file.string() + " is empty" : content.error().message);
  }
  if (token.empty()) {
    log::warn("token file {} cannot be read; the last token is used on", m_config.token_file.string());
  } else if (token != m_file_token) {
    redact::remember(token);
    m_file_token = std::move(token);
  }
  return {};
}

bool Credentials::plugin_is_due() const
{
  return !m_exec || (m_exec->expires && wall_now() + k_margin >= *m_exec->expires);
}

Status Credentials::run_plugin(Duration longest, const Cancel& cancel)
{
  SG_TRY_ASSIGN(m_exec, run_exec_plugin(m_config, longest, cancel));
  redact::remember(m_exec->token);
  return {};
}

bool Credentials::renew()
{
  if (!m_config.exec.command.empty()) {
    m_exec.reset();
    return true;
  }
  if (m_config.token_file.empty()) return false;
  const auto before = m_file_token;
  return read_token_file() && m_file_token != before;
}

} // namespace streamgate::kube
