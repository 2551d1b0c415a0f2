// SPDX-License-Identifier: Apache-2.0
#include "notify/webhook.hpp"

#include <fmt/format.h>

#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace streamgate::notify::webhook {

std::string signature(std::string_view body, std::string_view secret)
{
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  ::HMAC(::EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &size);
  std::string out = "sha256=";
  for (unsigned int i = 0; i < size; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

Status send(Sender& sender, const std::string& url, const std::string& secret, const std::string& body)
{
  http::Request request{.method = "POST", .url = url, .body = body};
  if (!secret.empty()) request.headers.add("X-Streamgate-Signature", signature(body, secret));
  SG_TRY_ASSIGN(const auto answer, sender.send(std::move(request)));
  if (!answer.good()) return std::unexpected(error_of(answer, "the webhook"));
  return {};
}

} // namespace streamgate::notify::webhook
