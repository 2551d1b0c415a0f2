// SPDX-License-Identifier: Apache-2.0
#include "oci/reference.hpp"

#include "base/host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include <arpa/inet.h>

namespace streamgate::oci {
namespace {

constexpr std::size_t k_longest_name = 255;
constexpr std::size_t k_longest_tag = 128;

bool lower_or_digit(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool alphanumeric(char c)
{
  return lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

// Runs of letters and digits, joined by one of: "." "_" "__" or any number of "-".
bool is_component(std::string_view text)
{
  if (text.empty() || !lower_or_digit(text.front()) || !lower_or_digit(text.back())) return false;
  for (std::size_t at = 0; at < text.size();) {
    if (lower_or_digit(text[at])) {
      ++at;
      continue;
    }
    const auto end = std::min(text.find_first_of("abcdefghijklmnopqrstuvwxyz0123456789", at), text.size());
    const auto joint = text.substr(at, end - at);
    const bool dashes = joint.find_first_not_of('-') == std::string_view::npos;
    if (joint != "." && joint != "_" && joint != "__" && !dashes) return false;
    at = end;
  }
  return true;
}

bool is_repository(std::string_view text)
{
  for (;;) {
    const auto slash = text.find('/');
    if (!is_component(text.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    text.remove_prefix(slash + 1);
  }
}

bool is_tag(std::string_view text)
{
  if (text.empty() || text.size() > k_longest_tag || text.front() == '.' || text.front() == '-') return false;
  return std::ranges::all_of(text, [](char c) { return alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

bool is_port(std::string_view text)
{
  return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_registry(std::string_view text)
{
  const auto host = host_of(text);
  const auto rest = text.substr(host.size());
  if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return false;
  if (host.starts_with('[')) {
    in6_addr address{};
    // inet_pton would stop at a NUL.
    return host.size() > 2 && host.ends_with(']') && host.find('\0') == std::string_view::npos &&
           ::inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), &address) == 1;
  }
  const bool letters = std::ranges::all_of(host, [](char c) { return alphanumeric(c) || c == '.' || c == '-'; });
  if (host.empty() || !letters || !alphanumeric(host.front()) || !alphanumeric(host.back())) return false;
  return host == "localhost" || host.find('.') != std::string_view::npos || !rest.empty();
}

std::unexpected<Error> bad(std::string_view text, std::string_view why, std::string hint = {})
{
  return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not an image reference: {}", text, why), std::move(hint));
}

} // namespace

std::string Reference::text() const
{
  return name() + (tag.empty() ? "" : ":" + tag) + (digest.empty() ? "" : "@" + digest);
}

std::string Reference::target() const
{
  if (!digest.empty()) return digest;
  return tag.empty() ? "latest" : tag;
}

Reference Reference::with_digest(std::string new_digest) const
{
  return {registry, repository, {}, std::move(new_digest)};
}

Result<Reference> parse_reference(std::string_view text)
{
  Reference out;
  auto rest = text;
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    out.digest = rest.substr(at + 1);
    if (!is_digest(out.digest))
      return bad(text, "behind @ there must be a digest", "for example sha256:<64 hex digits>");
    rest = rest.substr(0, at);
  }
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos || !is_registry(rest.substr(0, slash))) {
    return bad(text, "it must start with a registry's host",
               "write the registry too: docker.io/library/busybox, not busybox");
  }
  out.registry = rest.substr(0, slash);
  rest.remove_prefix(slash + 1);
  if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
    out.tag = rest.substr(colon + 1);
    if (!is_tag(out.tag)) return bad(text, "its tag is malformed");
    rest = rest.substr(0, colon);
  }
  out.repository = rest;
  if (!is_repository(rest)) {
    return bad(text, "its path must be of lower-case letters, digits and single separators");
  }
  if (out.name().size() > k_longest_name) return bad(text, "it is longer than 255 characters");
  return out;
}

bool is_digest(std::string_view text)
{
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const auto algorithm = text.substr(0, colon);
  const auto hex = text.substr(colon + 1);
  const std::size_t size = algorithm == "sha256" ? 64 : algorithm == "sha512" ? 128 : 0;
  return size != 0 && hex.size() == size && hex.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace streamgate::oci
