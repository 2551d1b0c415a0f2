// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "http/retry.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace streamgate::notify {

// Read a secret of one line from a file, or from the file `name` of a folder, and have the redactor know it. Nothing
// when `path` is "" or a folder without that file. Errors: not_found, io, bad_input (empty, or of more than one line).
Result<std::optional<std::string>> read_secret(const std::filesystem::path& path, std::string_view name);

// Return a webhook's address from its file; the redactor knows it and what of it is secret. Nothing as `read_secret`.
// Error bad_input for what is no http(s) URL, or would carry the secret in clear beyond a private host.
Result<std::optional<std::string>> read_secret_url(const std::filesystem::path& path, std::string_view name);

// Sends requests and repeats them: a notice that comes twice is better than one that never comes.
class Sender {
public:
  Sender(const Cancel& cancel, std::string ca, Duration timeout)
      : m_cancel(cancel), m_ca(std::move(ca)), m_timeout(timeout)
  {
  }

  // Send, with JSON as the body where there is one, and return an answer of any status. The address is in no error.
  // Errors: unavailable, tls, timeout, cancelled, bad_input.
  Result<http::Response> send(http::Request request);

private:
  const Cancel& m_cancel;
  std::string m_ca; // PEM; "" for the system's
  Duration m_timeout;
  http::Session m_session;
};

// Return the error that an answer other than 2xx means: `who` answered which status, and the beginning of why. Codes:
// unauthorized (401), forbidden (403), not_found (404), conflict (409, 422), gone (410), throttled (429), unavailable
// (5xx), bad_input.
Error error_of(const http::Response& response, std::string_view who);

} // namespace streamgate::notify
