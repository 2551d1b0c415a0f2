// SPDX-License-Identifier: Apache-2.0
#include "kubeconfig_secrets.hpp"

#include "base/json.hpp"
#include "base/redact.hpp"
#include "base/yaml.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace streamgate::run_tests {
namespace {

// Members of a user and of its auth-provider's config.
constexpr std::array<std::string_view, 8> k_members{
    "token",    "password",      "client-key-data", "client-certificate-data",
    "id-token", "refresh-token", "access-token",    "client-secret"};

// A variable that a plugin gets. Not each: the value may be a word of any text ("default").
bool names_secret(std::string_view variable)
{
  std::string name(variable);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return std::ranges::any_of(std::array{"TOKEN", "SECRET", "PASSWORD", "KEY"},
                             [&](const char* part) { return name.find(part) != std::string::npos; });
}

std::string_view view_of(const json::Value& text)
{
  return {text.GetString(), text.GetStringLength()};
}

void remember_in(const json::Value& value)
{
  if (value.IsArray()) {
    for (const auto& item : value.GetArray()) remember_in(item);
  }
  if (!value.IsObject()) return;
  for (const auto& member : value.GetObject()) {
    const bool secret = std::ranges::find(k_members, view_of(member.name)) != k_members.end();
    if (secret && member.value.IsString()) redact::remember(view_of(member.value));
    else if (secret && member.value.IsNumber()) redact::remember(json::dump(member.value));
    else remember_in(member.value);
  }
  if (names_secret(json::text(value, {"name"}))) redact::remember(json::text(value, {"value"}));
}

void remember_in_line(std::string_view line)
{
  constexpr std::string_view k_around = " \"'";
  for (const auto key : k_members) {
    const auto at = line.find(key);
    if (at == std::string_view::npos) continue;
    auto value = line.substr(at + key.size());
    value.remove_prefix(std::min(value.find_first_not_of(k_around), value.size()));
    if (!value.starts_with(':')) continue;
    value.remove_prefix(1);
    value.remove_prefix(std::min(value.find_first_not_of(k_around), value.size()));
    redact::remember(value.substr(0, value.find_last_not_of(" \"'\r,}") + 1));
  }
}

} // namespace

void remember_kubeconfig_secrets(std::string_view text)
{
  if (const auto document = yaml::parse(text, "kubeconfig")) return remember_in(*document);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    remember_in_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

} // namespace streamgate::run_tests
