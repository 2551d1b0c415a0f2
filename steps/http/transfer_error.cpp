// SPDX-License-Identifier: Apache-2.0
#include "http/transfer_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace streamgate::http {
namespace {

constexpr std::array k_tls_codes = {
    CURLE_SSL_CONNECT_ERROR,  CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,         CURLE_SSL_CIPHER,
    CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,         CURLE_SSL_ENGINE_INITFAILED,   CURLE_USE_SSL_FAILED,
    CURLE_SSL_CLIENTCERT,     CURLE_SSL_CRL_BADFILE,          CURLE_SSL_PINNEDPUBKEYNOTMATCH};

constexpr std::array k_url_codes = {CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT};

bool contains(std::string_view text, std::string_view part)
{
  return text.find(part) != std::string_view::npos;
}

// A connection cut in the handshake has the same libcurl code as a refused certificate, but may be cured by waiting.
bool cut_in_handshake(CURLcode code, std::string_view message, bool os_error)
{
  return code == CURLE_SSL_CONNECT_ERROR && (os_error || contains(message, "SSL_ERROR_SYSCALL") ||
                                             contains(message, "unexpected eof") || contains(message, "reset by peer"));
}

ErrorCode code_of(CURLcode code, std::string_view message, bool sent, bool os_error)
{
  if (std::ranges::find(k_url_codes, code) != k_url_codes.end()) return ErrorCode::bad_input;
  if (cut_in_handshake(code, message, os_error)) return ErrorCode::unavailable;
  if (std::ranges::find(k_tls_codes, code) != k_tls_codes.end()) return ErrorCode::tls;
  // With TLS 1.3 a server refuses our certificate after the handshake looked complete to us.
  if (code == CURLE_RECV_ERROR && contains(message, "alert")) return ErrorCode::tls;
  if (code == CURLE_OPERATION_TIMEDOUT && sent) return ErrorCode::timeout;
  return ErrorCode::unavailable;
}

std::string hint_of(ErrorCode code, const Request& request)
{
  if (code == ErrorCode::tls) {
    return request.tls.ca.empty() ? "give the certificate authority that signed the server's certificate"
                                  : "check the certificate authority, the client certificate and the server's name";
  }
  return {};
}

} // namespace

std::string display_url(const Request& request)
{
  std::string_view url = request.url;
  url = url.substr(0, url.find('?'));
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const auto host = scheme + 3;
  const auto authority = url.substr(host, url.find('/', host) - host);
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, host)) + std::string(url.substr(host + at + 1));
}

Failure transfer_error(const Request& request, CURLcode code, std::string_view message, bool sent, bool os_error)
{
  const auto kind = code_of(code, message, sent, os_error);
  const std::string_view why = message.empty() ? std::string_view(curl_easy_strerror(code)) : message;
  Failure failure;
  failure.code = kind;
  failure.message = fmt::format("no answer to {} {}: {}", request.method, display_url(request), why);
  failure.hint = hint_of(kind, request);
  failure.may_have_arrived = sent;
  return failure;
}

} // namespace streamgate::http
