// SPDX-License-Identifier: Apache-2.0
#include "http/transfer.hpp"

#include "http/transfer_error.hpp"

#include <sys/socket.h>

#include <mutex>

#include <netinet/in.h>
#include <netinet/tcp.h>

namespace streamgate::http {
namespace {

// A peer that vanished without a FIN is noticed by the kernel after about this time, also while nothing is sent.
constexpr int k_dead_peer_seconds = 30;

int on_socket(void*, curl_socket_t socket, curlsocktype)
{
  const unsigned int milliseconds = k_dead_peer_seconds * 1000;
  ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
  return CURL_SOCKOPT_OK;
}

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string part(CURLU* url, CURLUPart which, unsigned int flags)
{
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_loopback(std::string_view host)
{
  return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]";
}

void append(Slist& list, const std::string& line)
{
  if (auto* grown = curl_slist_append(list.get(), line.c_str())) {
    static_cast<void>(list.release());
    list.reset(grown);
  }
}

curl_blob blob(std::string& text)
{
  return {text.data(), text.size(), CURL_BLOB_NOCOPY};
}

} // namespace

void load_curl()
{
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

Transfer::Transfer(Request request, Multi::Done done)
    : m_request(std::move(request)), m_done(std::move(done)), m_easy(curl_easy_init())
{
  set_up();
}

void Transfer::set_up()
{
  CURL* const e = easy();
  curl_easy_setopt(e, CURLOPT_PRIVATE, this);
  curl_easy_setopt(e, CURLOPT_ERRORBUFFER, m_message.data());
  curl_easy_setopt(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, m_request.redirects > 0 ? 1L : 0L);
  curl_easy_setopt(e, CURLOPT_MAXREDIRS, static_cast<long>(m_request.redirects));
  curl_easy_setopt(e, CURLOPT_USERAGENT, "streamgate/" STREAMGATE_VERSION);
  curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, m_request.connect_timeout.count());
  curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, m_request.timeout.count());
  curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, m_request.idempotent == Idempotent::no ? 1L : 0L);
  curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(e, CURLOPT_TCP_KEEPIDLE, 15L);
  curl_easy_setopt(e, CURLOPT_TCP_KEEPINTVL, 5L);
  curl_easy_setopt(e, CURLOPT_SOCKOPTFUNCTION, on_socket);
  curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, body_callback);
  curl_easy_setopt(e, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, header_callback);
  curl_easy_setopt(e, CURLOPT_HEADERDATA, this);
  set_url();
  set_tls();
  set_body();
  set_headers();
}

// A TLS name other than the URL's host: libcurl verifies the URL's host, so the URL gets that name and the connection
// goes to the real one.
void Transfer::set_url()
{
  const std::unique_ptr<CURLU, UrlDeleter> url(curl_url());
  curl_easy_setopt(easy(), CURLOPT_URL, m_request.url.c_str());
  if (curl_url_set(url.get(), CURLUPART_URL, m_request.url.c_str(), 0) != CURLUE_OK) return; // libcurl reports it
  const auto host = part(url.get(), CURLUPART_HOST, 0);
  const auto& name = m_request.tls.server_name;
  if (!name.empty() && name != host) {
    const auto given_port = part(url.get(), CURLUPART_PORT, 0);
    const auto port = part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    m_host_header = given_port.empty() ? host : host + ":" + given_port;
    append(m_connect_to, name + ":" + port + ":" + host + ":" + port);
    curl_url_set(url.get(), CURLUPART_HOST, name.c_str(), 0);
    curl_easy_setopt(easy(), CURLOPT_URL, part(url.get(), CURLUPART_URL, 0).c_str());
    curl_easy_setopt(easy(), CURLOPT_CONNECT_TO, m_connect_to.get());
  }
  set_proxy(host);
}

void Transfer::set_proxy(std::string_view host)
{
  if (!m_request.proxy.empty()) {
    curl_easy_setopt(easy(), CURLOPT_PROXY, m_request.proxy.c_str());
    curl_easy_setopt(easy(), CURLOPT_NOPROXY, "");
  } else if (is_loopback(host)) {
    curl_easy_setopt(easy(), CURLOPT_PROXY, "");
  }
}

void Transfer::set_tls()
{
  auto& tls = m_request.tls;
  const auto set_blob = [this](CURLoption option, std::string& text) {
    if (text.empty()) return;
    auto value = blob(text);
    curl_easy_setopt(easy(), option, &value);
  };
  curl_easy_setopt(easy(), CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(easy(), CURLOPT_SSL_VERIFYPEER, tls.insecure ? 0L : 1L);
  curl_easy_setopt(easy(), CURLOPT_SSL_VERIFYHOST, tls.insecure ? 0L : 2L);
  set_blob(CURLOPT_CAINFO_BLOB, tls.ca);
  set_blob(CURLOPT_SSLCERT_BLOB, tls.certificate);
  set_blob(CURLOPT_SSLKEY_BLOB, tls.key);
}

void Transfer::set_body()
{
  const auto& method = m_request.method;
  if (method == "HEAD") {
    curl_easy_setopt(easy(), CURLOPT_NOBODY, 1L);
    return;
  }
  if (!m_request.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    curl_easy_setopt(easy(), CURLOPT_POSTFIELDS, m_request.body.c_str());
    curl_easy_setopt(easy(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(m_request.body.size()));
  }
  curl_easy_setopt(easy(), CURLOPT_CUSTOMREQUEST, method.c_str());
}

void Transfer::set_headers()
{
  // Without a value libcurl leaves the header out; these two it would add by itself.
  append(m_headers, "Expect:");
  if (!m_request.headers.find("Content-Type")) append(m_headers, "Content-Type:");
  if (!m_host_header.empty()) append(m_headers, "Host: " + m_host_header);
  for (const auto& [name, value] : m_request.headers.lines()) {
    append(m_headers, value.empty() ? name + ";" : name + ": " + value);
  }
  set_authorization();
  curl_easy_setopt(easy(), CURLOPT_HTTPHEADER, m_headers.get());
}

void Transfer::set_authorization()
{
  if (!m_request.bearer.empty()) {
    append(m_headers, "Authorization: Bearer " + m_request.bearer);
  } else if (!m_request.username.empty()) {
    curl_easy_setopt(easy(), CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy(), CURLOPT_USERNAME, m_request.username.c_str());
    curl_easy_setopt(easy(), CURLOPT_PASSWORD, m_request.password.c_str());
  }
}

std::size_t Transfer::body_callback(char* data, std::size_t size, std::size_t count, void* self)
{
  const auto bytes = size * count;
  return static_cast<Transfer*>(self)->on_body({data, bytes}) ? bytes : 0;
}

bool Transfer::on_body(std::string_view piece)
{
  if (m_dropped) return false;
  long status = 0;
  curl_easy_getinfo(easy(), CURLINFO_RESPONSE_CODE, &status);
  if (m_request.sink && status >= 200 && status < 300) {
    m_progress = true;
    m_refused_by_sink = !m_request.sink(piece);
    return !m_refused_by_sink;
  }
  m_too_large = piece.size() > m_request.body_limit - std::min(m_request.body_limit, m_response.body.size());
  if (!m_too_large) m_response.body.append(piece);
  return !m_too_large;
}

std::size_t Transfer::header_callback(char* data, std::size_t size, std::size_t count, void* self)
{
  static_cast<Transfer*>(self)->on_header({data, size * count});
  return size * count;
}

void Transfer::on_header(std::string_view line)
{
  if (line.starts_with("HTTP/")) return m_response.headers.clear();
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  auto value = line.substr(colon + 1);
  const auto first = value.find_first_not_of(" \t");
  value = first == std::string_view::npos ? "" : value.substr(first);
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r' || value.back() == ' '))
    value.remove_suffix(1);
  m_response.headers.add(std::string(line.substr(0, colon)), std::string(value));
}

Outcome Transfer::outcome(CURLcode code)
{
  if (code != CURLE_OK) return std::unexpected(failure(code));
  long status = 0;
  curl_easy_getinfo(easy(), CURLINFO_RESPONSE_CODE, &status);
  m_response.status = static_cast<int>(status);
  return std::move(m_response);
}

Failure Transfer::failure(CURLcode code) const
{
  if (m_too_large) {
    return {{ErrorCode::bad_input, "the answer of " + display_url(m_request) + " is larger than " +
                                       std::to_string(m_request.body_limit) + " bytes"}};
  }
  if (m_refused_by_sink) return {{ErrorCode::cancelled, "the transfer was stopped by its reader"}};
  long sent = 0;
  long os_error = 0;
  curl_easy_getinfo(easy(), CURLINFO_REQUEST_SIZE, &sent);
  curl_easy_getinfo(easy(), CURLINFO_OS_ERRNO, &os_error);
  return transfer_error(m_request, code, m_message.data(), sent > 0, os_error != 0);
}

} // namespace streamgate::http
