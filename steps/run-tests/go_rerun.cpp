// SPDX-License-Identifier: Apache-2.0
#include "go_rerun.hpp"

#include "base/json.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>

namespace streamgate::run_tests {
namespace {

GoEnd end_of(std::string_view action)
{
  if (action == "fail") return GoEnd::failed;
  if (action == "pass") return GoEnd::passed;
  if (action == "skip") return GoEnd::skipped;
  return GoEnd::none;
}

// The first character of well-formed UTF-8, taken off.
char32_t take_character(std::string_view& text)
{
  const auto lead = static_cast<unsigned char>(text.front());
  const auto length = lead < 0x80 ? 1U : static_cast<unsigned>(std::countl_one(lead));
  char32_t out = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) out = (out << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(length);
  return out;
}

// What is no printable ASCII goes by its number, because go rewrites blanks and unprintable characters of a pattern.
void append_escaped(std::string& out, char32_t c)
{
  constexpr std::string_view k_special = R"(\.+*?()|[]{}^$)";
  if (c <= U' ' || c > U'~') {
    out += fmt::format("\\x{{{:x}}}", static_cast<std::uint32_t>(c));
    return;
  }
  const char plain = static_cast<char>(c);
  if (k_special.find(plain) != std::string_view::npos) out += '\\';
  out += plain;
}

bool is_below(std::string_view name, std::string_view above)
{
  return name.size() > above.size() && name.starts_with(above) && name[above.size()] == '/';
}

} // namespace

std::map<std::string, GoPackage, std::less<>> read_go_events(std::string_view events)
{
  std::map<std::string, GoPackage, std::less<>> out;
  while (!events.empty()) {
    const auto end = std::min(events.find('\n'), events.size());
    const auto line = events.substr(0, end);
    events.remove_prefix(std::min(end + 1, events.size()));
    if (line.find(R"("Action":"output")") != std::string_view::npos) continue; // most lines are
    const auto event = json::parse(line, "an event");
    if (!event || !event->IsObject()) continue;
    const auto test = json::text(*event, {"Test"});
    if (test.empty()) continue;
    auto& known = out[std::string(json::text(*event, {"Package"}))][std::string(test)];
    const auto action = json::text(*event, {"Action"});
    known.began = known.began || action == "run";
    known.end = std::max(known.end, end_of(action));
  }
  return out;
}

std::string_view top_level(std::string_view name)
{
  return name.substr(0, name.find('/'));
}

std::vector<std::string> failed_leaves(const GoPackage& package)
{
  std::set<std::string, std::less<>> failed;
  for (const auto& [name, events] : package) {
    if (events.end == GoEnd::failed) failed.insert(name);
  }
  std::set<std::string, std::less<>> leaves;
  for (const auto& name : failed) {
    const auto below = failed.lower_bound(name + "/");
    if (below != failed.end() && is_below(*below, name)) continue;
    leaves.emplace(package.find(name)->second.began ? std::string_view(name) : top_level(name));
  }
  // A test that runs again as a whole needs no word of its subtests.
  std::erase_if(leaves, [&](const std::string& name) {
    const auto top = top_level(name);
    return top != name && leaves.contains(top);
  });
  return {leaves.begin(), leaves.end()};
}

std::string exact_go_pattern(std::string_view name)
{
  const auto text = utf8::repair(name);
  std::string out = "^";
  for (std::string_view rest = text; !rest.empty();) {
    const auto c = take_character(rest);
    if (c == U'/') out += "$/^";
    else append_escaped(out, c);
  }
  return out + "$";
}

std::string go_run_pattern(const std::vector<std::string>& names)
{
  std::vector<std::string> patterns;
  std::ranges::transform(names, std::back_inserter(patterns), exact_go_pattern);
  return fmt::format("{}", fmt::join(patterns, "|"));
}

bool go_runs(const std::set<std::string, std::less<>>& names, std::string_view test)
{
  for (auto slash = test.find('/');; slash = test.find('/', slash + 1)) {
    if (names.contains(test.substr(0, slash))) return true;
    if (slash == std::string_view::npos) break;
  }
  const auto below = names.lower_bound(std::string(test) + "/");
  return below != names.end() && is_below(*below, test);
}

} // namespace streamgate::run_tests
