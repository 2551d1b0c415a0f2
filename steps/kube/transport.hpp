// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/retry.hpp"
#include "kube/client.hpp"
#include "kube/credentials.hpp"

namespace streamgate::kube {

// One request to the API server, without what all of them share.
struct Call {
  std::string method = "GET";
  std::string path; // with query
  std::string body = {};
  std::string content_type = {};
  http::Idempotent idempotent = http::Idempotent::yes;

  // "GET /api/v1/pods", for messages.
  std::string what() const { return method + " " + path.substr(0, path.find('?')); }
};

// Sends calls with credentials and repeats them by the policy. Used by `Client`; `Loop` takes its requests from here.
class Transport {
public:
  Transport(Config config, const Cancel& cancel, ClientOptions options);
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  const Config& config() const { return m_config; }
  const ClientOptions& options() const { return m_options; }
  const Cancel& cancel() const { return m_cancel; }
  // Return `duration`, or what is left until the deadline when that is less. Error: timeout when nothing is left.
  Result<Duration> within(Duration duration) const;

  // Return the HTTP request of a call with fresh credentials. Errors: unauthorized, cancelled, timeout.
  Result<http::Request> request(const Call& call);
  // Forget credentials after a 401; true when another try may do better.
  bool renew_credentials() { return m_credentials.renew(); }

  // Send a call. Any answer of the server is good here; errors: see kube/client.hpp.
  Result<http::Response> send(const Call& call);
  // Send a call and take a JSON object from a 2xx answer; other answers are errors.
  Result<json::Document> send_for_json(const Call& call);

private:
  Config m_config;
  ClientOptions m_options;
  const Cancel& m_cancel;
  Credentials m_credentials;
  http::Session m_session;
};

} // namespace streamgate::kube
