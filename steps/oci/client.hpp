// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "http/http.hpp"
#include "http/retry.hpp"
#include "oci/auth.hpp"
#include "oci/reference.hpp"

#include <map>
#include <string>
#include <string_view>

// A client of the OCI distribution API, as far as the gate needs it: what does a registry have under a name.
namespace streamgate::oci {

// Which protocol a registry is spoken to by.
enum class Scheme {
  automatic, // HTTP with a private host (is_private_host), else HTTPS
  http,
  https,
};

struct Manifest {
  std::string digest;     // sha256:<64 hex>
  std::string media_type; // of an image manifest or an index, OCI's or Docker's
  std::string body;       // "" when only its head was asked for
};

struct ClientOptions {
  Scheme scheme = Scheme::automatic;
  Auth auth = {};
  Duration timeout = std::chrono::seconds(30); // of one try
  http::RetryPolicy retry = {.tries = 4};
};

// Errors of all calls: not_found (the registry answers and has no such image), registry (it cannot be reached, fails,
// or refuses the account), timeout, cancelled.
class Client {
public:
  Client(ClientOptions options, const Cancel& cancel);

  // Ask what is under a tag or digest. A digest that was asked for is what the answer must say.
  Result<Manifest> head(const Reference& reference);
  // Fetch the manifest; its digest is computed from its bytes and must be the one that was asked for.
  Result<Manifest> get(const Reference& reference);

  // Return true when this registry is spoken to without TLS.
  bool plain_http(std::string_view registry) const;

private:
  Result<Manifest> ask(const Reference& reference, const std::string& method);
  Result<http::Response> send(const Reference& reference, http::Request request);
  Result<std::string> authorize(const Reference& reference, std::string_view challenge);

  ClientOptions m_options;
  const Cancel& m_cancel;
  http::Session m_session;
  std::map<std::string, std::string> m_authorization; // by repository: the value of the header that was let in
};

// One challenge of a WWW-Authenticate header: `Bearer realm="...",service="...",scope="..."`.
struct Challenge {
  std::string scheme; // lower case
  std::map<std::string, std::string> parameters;
};
Challenge parse_challenge(std::string_view header);

// Return "sha256:" and the hex digits of the digest of `bytes`.
std::string sha256(std::string_view bytes);

} // namespace streamgate::oci
