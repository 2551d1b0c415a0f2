// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"
#include "base/json.hpp"
#include "base/redact.hpp"
#include "fuzz.hpp"

#include <string>

namespace streamgate::fuzz {
namespace {

void check_json(std::string_view text)
{
  if (!json::parse(text, "text")) return;
  expect(json::parse(redact::clean(text), "cleaned").has_value(), "JSON stays JSON");
}

void check_secret(std::string_view secret, std::string_view text)
{
  const auto quoted = json::quote(secret);
  // Padding says nothing.
  auto base64 = base64::encode(secret);
  base64.erase(base64.find_last_not_of('=') + 1);
  const auto cut = text.size() / 2;
  for (const auto& form : {std::string(secret), quoted.substr(1, quoted.size() - 2), base64}) {
    const auto told = std::string(text.substr(0, cut)) + form + std::string(text.substr(cut));
    expect(redact::clean(told).find(form) == std::string::npos, "a secret does not survive");
  }
  expect(redact::suspicious(text) || redact::clean(text) == text, "what is cleaned is suspicious");
  check_json(R"({"message":)" + json::quote(std::string(text) + std::string(secret)) + "}");
}

} // namespace

// The first line is a secret, what follows is a text that it gets into.
void fuzz(std::string_view input)
{
  auto [secret, text] = first_line(input);
  while (secret.ends_with('\r')) secret.remove_suffix(1);
  redact::forget_all();
  check_json(text);
  // Too short to be remembered, or with a bracket: then the mark can make up a part of it.
  constexpr std::size_t k_shortest = 6;
  if (secret.size() < k_shortest || secret.find_first_of("[]") != std::string_view::npos) return;
  if (std::string_view("[redacted]").find(secret) != std::string_view::npos) return;
  redact::remember(secret);
  check_secret(secret, text);
}

} // namespace streamgate::fuzz
