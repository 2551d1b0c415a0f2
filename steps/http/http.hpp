// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "base/time.hpp"

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A small HTTP client over libcurl. It speaks HTTP/1.1 and verifies TLS; a status code is the caller's to judge, only
// a transfer that gave no answer is an error. Streams and many transfers at once: `http/multi.hpp`; repeating:
// `http/retry.hpp`.
namespace streamgate::http {

// Header lines in their order. Names are looked up without regard to case.
class Headers {
public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> lines) : m_lines(lines) {}

  void add(std::string name, std::string value) { m_lines.emplace_back(std::move(name), std::move(value)); }
  void clear() { m_lines.clear(); }
  // Return the value of the first header of this name, or nothing. The view lives as long as the object is unchanged.
  std::optional<std::string_view> find(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& lines() const { return m_lines; }

private:
  std::vector<std::pair<std::string, std::string>> m_lines;
};

// How to know the server and how to be known to it. All certificates and keys are PEM text.
struct Tls {
  std::string ca = {};          // "" for the system's certificates
  std::string certificate = {}; // ours, with its chain; "" for none
  std::string key = {};         // of `certificate`
  std::string server_name = {}; // asked for and verified instead of the URL's host; "" for the URL's host
  bool insecure = false;        // no verification at all
};

// Whether a request that got no answer may be sent again by the transport itself. A kept connection that turns out to
// be closed is replaced silently for `yes`; for `no` each request opens a connection of its own, so that what fails
// was sent at most once.
enum class Idempotent { no, yes };

struct Request {
  std::string method = "GET"; // HEAD expects no body
  std::string url;            // http or https
  Headers headers = {};
  std::string body = {};     // Sent when not empty, or when the method is POST, PUT or PATCH.
  std::string bearer = {};   // token for Authorization; never sent on to another host by a redirect
  std::string username = {}; // basic authorization, when there is no bearer
  std::string password = {};
  Tls tls = {};
  std::string proxy = {}; // URL; "" for the environment's (HTTPS_PROXY, NO_PROXY), which loopback hosts never use
  Duration connect_timeout = std::chrono::seconds(10);
  Duration timeout = std::chrono::seconds(30);     // for the whole transfer; 0 for none
  std::size_t body_limit = std::size_t{64} << 20U; // bytes of the answer's body that are kept
  int redirects = 0;                               // followed at most this often, to http and https only
  Idempotent idempotent = Idempotent::yes;
  // Where given, gets the body of a 2xx answer piece by piece as it arrives, instead of Response::body, without limit.
  // Returning false ends the transfer: its Failure has the code `cancelled`.
  std::function<bool(std::string_view)> sink = {};
};

struct Response {
  int status = 0;
  Headers headers = {}; // of the last answer, after redirects
  std::string body = {};
  bool good() const { return status >= 200 && status < 300; }
};

// A transfer without an answer. Codes: unavailable (no connection, or cut), tls, timeout, cancelled, bad_input (the
// URL, a certificate, or an answer above `body_limit`). Passes as an Error through SG_TRY.
struct Failure : Error {
  // False only when the server surely did not get the request.
  bool may_have_arrived = true;
};

// An answer of any status, or the reason why there is none.
using Outcome = std::expected<Response, Failure>;

// One transfer at a time, with connections kept for the next. For one thread.
class Session {
public:
  Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  // Send and wait for the whole answer; cancellation ends it at once.
  Outcome send(const Request& request, const Cancel& cancel);

private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

// Percent-encode what is not unreserved in a path segment or a query value.
std::string escape(std::string_view text);

} // namespace streamgate::http
