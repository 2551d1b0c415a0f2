// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "notify/sender.hpp"

#include <string>
#include <string_view>

namespace streamgate::notify::webhook {

// Return "sha256=" and the HMAC-SHA256 of `body` under `secret` in lower-case hexadecimal.
std::string signature(std::string_view body, std::string_view secret);

// POST a notification's JSON; with a secret its signature goes into X-Streamgate-Signature. Any 2xx is good. Errors as
// `error_of`, timeout, cancelled.
Status send(Sender& sender, const std::string& url, const std::string& secret, const std::string& body);

} // namespace streamgate::notify::webhook
