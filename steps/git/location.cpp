// SPDX-License-Identifier: Apache-2.0
#include "git/location.hpp"

#include "base/redact.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace streamgate::git {
namespace {

std::unexpected<Error> bad(std::string_view text, std::string_view why)
{
  return fail(ErrorCode::bad_input, fmt::format("repository \"{}\": {}", redact::clean(utf8::truncate(text, 200)), why),
              "give an https://, http://, ssh:// or file:// address, user@host:path or an absolute path");
}

int hex(char c)
{
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> unescape(std::string_view text)
{
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) return std::nullopt;
    out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
    i += 2;
  }
  return out;
}

// https://user:password@host/path -> https://host/path; ssh keeps the user, which is no secret and part of the address.
Result<Location> parse_url(std::string_view text, std::string_view scheme, Transport transport)
{
  std::string_view rest = text.substr(scheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view host = rest.substr(0, slash);
  Location out{.url = "", .transport = transport, .user = "", .password = ""};
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    const std::string_view info = host.substr(0, at);
    host.remove_prefix(at + 1);
    const std::size_t colon = info.find(':');
    const auto user = unescape(info.substr(0, colon));
    const auto password = unescape(colon == std::string_view::npos ? "" : info.substr(colon + 1));
    if (!user || !password) return bad(text, "broken percent-encoding before the @");
    out.user = *user;
    out.password = *password;
    redact::remember(out.password);
  }
  if (host.empty() || host.starts_with('-') || host.starts_with(':')) return bad(text, "no host");
  if (rest.size() - slash < 2) return bad(text, "no path behind the host");
  const bool with_user = transport == Transport::ssh && !out.user.empty();
  out.url = fmt::format("{}{}{}{}", scheme, with_user ? out.user + "@" : "", host, rest.substr(slash));
  return out;
}

} // namespace

Result<Location> parse_location(std::string_view text)
{
  if (text.empty()) return bad(text, "empty");
  if (!utf8::valid(text)) return bad(text, "not valid UTF-8");
  const auto odd = [](unsigned char c) { return c <= 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, odd)) return bad(text, "holds spaces or control characters");
  if (text.starts_with("https://")) return parse_url(text, "https://", Transport::http);
  if (text.starts_with("http://")) return parse_url(text, "http://", Transport::http);
  if (text.starts_with("ssh://")) return parse_url(text, "ssh://", Transport::ssh);
  if (text.starts_with("file:///")) return Location{std::string(text), Transport::file, "", ""};
  if (text.starts_with('/')) return Location{"file://" + std::string(text), Transport::file, "", ""};
  if (text.find("://") != std::string_view::npos || text.find("::") != std::string_view::npos) {
    return bad(text, "not a supported kind of address");
  }
  const std::size_t colon = text.find(':');
  const std::size_t at = text.find('@');
  if (colon == std::string_view::npos || at == std::string_view::npos || at == 0 || at + 1 >= colon ||
      colon + 1 == text.size() || text.starts_with('-') || text[at + 1] == '-') {
    return bad(text, "not an address of a repository");
  }
  return Location{std::string(text), Transport::ssh, std::string(text.substr(0, at)), ""};
}

} // namespace streamgate::git
