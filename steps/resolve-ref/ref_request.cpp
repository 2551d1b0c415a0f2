// SPDX-License-Identifier: Apache-2.0
#include "resolve-ref/ref_request.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace streamgate::resolve_ref {
namespace {

constexpr std::size_t k_longest_ref = 255;
constexpr std::size_t k_shortest_commit = 7;
constexpr std::size_t k_full_commit = 40;

bool is_hex(char c)
{
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

// What `git check-ref-format` says against a name, or "".
std::string_view why_not_a_ref(std::string_view text)
{
  if (!utf8::valid(text)) return "not valid UTF-8";
  if (text.size() > k_longest_ref) return "longer than 255 bytes";
  const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, control)) return "holds a control character";
  if (text.find_first_of(" ~^:?*[\\") != std::string_view::npos) return "holds a space or one of ~ ^ : ? * [ \\";
  if (text.starts_with('-')) return "begins with -";
  if (text.starts_with('/') || text.ends_with('/') || text.find("//") != std::string_view::npos)
    return "has an empty part";
  if (text.find("..") != std::string_view::npos) return "holds ..";
  if (text.starts_with('.') || text.find("/.") != std::string_view::npos) return "has a part that begins with a dot";
  if (text.ends_with('.')) return "ends with a dot";
  if (text.ends_with(".lock") || text.find(".lock/") != std::string_view::npos)
    return "has a part that ends with .lock";
  if (text == "@" || text.find("@{") != std::string_view::npos) return "is @ or holds @{";
  return "";
}

// The text for an error: nothing in it can steer a terminal.
std::string shown(std::string_view text)
{
  std::string out = utf8::truncate(utf8::repair(text), 80);
  std::ranges::replace_if(
      out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return out;
}

std::string_view trimmed(std::string_view text)
{
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

} // namespace

bool is_name(std::string_view text)
{
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; };
  return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, allowed) && text.front() != '-' &&
         text.back() != '-';
}

Result<RefRequest> parse_ref(std::string_view text)
{
  if (text.empty() || text == "HEAD") return RefRequest{RequestKind::head, "HEAD", ""};
  if (const auto why = why_not_a_ref(text); !why.empty()) {
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not a git ref: it {}", shown(text), why),
                "give a branch, a tag, a commit, pr/N, a full name that begins with refs/, or HEAD");
  }
  RefRequest out{RequestKind::name, std::string(text), ""};
  const std::string_view number = text.starts_with("pr/") ? text.substr(3) : "";
  if (!number.empty() && number.size() <= 9 && number.front() != '0' && std::ranges::all_of(number, is_digit)) {
    out.kind = RequestKind::pull_request;
    out.number = number;
  } else if (text.starts_with("refs/")) {
    out.kind = RequestKind::full_name;
  } else if (text.size() >= k_shortest_commit && text.size() <= k_full_commit && std::ranges::all_of(text, is_hex)) {
    out.kind = text.size() == k_full_commit ? RequestKind::commit : RequestKind::short_commit;
  }
  return out;
}

Result<std::vector<ComponentRequest>> parse_components(std::string_view text)
{
  if (trimmed(text).empty()) {
    return fail(ErrorCode::usage, "--components is empty",
                "give name[:ref],..., for example pipeline:v1.9.2,triggers:pr/12");
  }
  std::vector<ComponentRequest> out;
  std::set<std::string, std::less<>> seen;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const std::string_view item = trimmed(text.substr(begin, comma - begin));
    begin = comma + 1;
    const std::size_t colon = item.find(':');
    const std::string_view name = item.substr(0, colon);
    if (!is_name(name)) {
      return fail(ErrorCode::bad_input, fmt::format("--components: \"{}\" is not name[:ref]", shown(item)),
                  "separate components by single commas; names are of lower-case letters, digits and -");
    }
    if (colon + 1 == item.size()) {
      return fail(ErrorCode::bad_input, fmt::format("--components: no ref behind \"{}\"", item),
                  fmt::format("write {0}:REF, or {0} alone for the default branch", name));
    }
    if (!seen.emplace(name).second) {
      return fail(ErrorCode::bad_input, fmt::format("--components: {} is given twice", name), "one ref a component");
    }
    SG_TRY_ASSIGN(auto ref, during(parse_ref(colon == std::string_view::npos ? "" : item.substr(colon + 1)),
                                   fmt::format("--components: {}", name)));
    out.push_back({std::string(name), std::move(ref)});
  }
  return out;
}

} // namespace streamgate::resolve_ref
