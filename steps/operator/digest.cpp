// SPDX-License-Identifier: Apache-2.0
#include "operator/digest.hpp"

#include <algorithm>

namespace streamgate::tekton_operator {

namespace {

constexpr std::string_view k_algorithm = "sha256:";
constexpr std::size_t k_hex = 64;

bool is_hex(std::string_view text)
{
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

} // namespace

bool is_digest(std::string_view text)
{
  return text.size() == k_algorithm.size() + k_hex && text.starts_with(k_algorithm) &&
         is_hex(text.substr(k_algorithm.size()));
}

std::string pinned_digest(std::string_view reference)
{
  const auto at = reference.rfind('@');
  if (at == std::string_view::npos) return {};
  const auto digest = reference.substr(at + 1);
  return is_digest(digest) ? std::string(digest) : std::string();
}

ImageId parse_image_id(std::string_view text)
{
  if (const auto scheme = text.find("://"); scheme != std::string_view::npos) text.remove_prefix(scheme + 3);
  if (is_digest(text)) return {ImageId::Kind::runtime, {}, std::string(text)};
  if (text.size() == k_hex && is_hex(text))
    return {ImageId::Kind::runtime, {}, std::string(k_algorithm) + std::string(text)};
  auto digest = pinned_digest(text);
  const auto at = text.rfind('@');
  if (digest.empty() || at == 0) return {};
  return {ImageId::Kind::registry, std::string(text.substr(0, at)), std::move(digest)};
}

void collect_digests(std::string_view text, std::set<std::string>& to)
{
  const auto size = k_algorithm.size() + k_hex;
  for (auto at = text.find(k_algorithm); at != std::string_view::npos; at = text.find(k_algorithm, at + 1)) {
    if (is_digest(text.substr(at, size))) to.emplace(text.substr(at, size));
  }
}

void collect_digests(const json::Value& value, std::set<std::string>& to)
{
  if (value.IsString()) return collect_digests(std::string_view(value.GetString(), value.GetStringLength()), to);
  if (value.IsArray()) {
    for (const auto& item : value.GetArray()) collect_digests(item, to);
  } else if (value.IsObject()) {
    for (const auto& member : value.GetObject()) collect_digests(member.value, to);
  }
}

} // namespace streamgate::tekton_operator
