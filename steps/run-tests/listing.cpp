// SPDX-License-Identifier: Apache-2.0
#include "listing.hpp"

#include "base/json.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace streamgate::run_tests {
namespace {

std::string_view trim(std::string_view text)
{
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string_view take_line(std::string_view& text)
{
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

} // namespace

bool is_test_name(std::string_view line)
{
  constexpr std::string_view k_name = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  const bool kind = line.starts_with("Test") || line.starts_with("Example") || line.starts_with("Fuzz");
  // Names may have letters of any script: whatever is no ASCII counts.
  return kind &&
         std::ranges::all_of(line, [&](char c) { return k_name.find(c) != std::string_view::npos || (c & 0x80) != 0; });
}

Result<std::vector<PackageTest>> read_go_list(std::string_view output)
{
  std::vector<PackageTest> out;
  std::set<std::pair<std::string, std::string>> seen;
  while (!output.empty()) {
    const auto line = take_line(output);
    if (line.empty()) continue;
    SG_TRY_ASSIGN(const json::Document event, json::parse(line, "output of go test -list"));
    const auto action = json::text(event, {"Action"});
    if (action.empty()) {
      return fail(ErrorCode::bad_input,
                  fmt::format("output of go test -list: not an event: {}", utf8::truncate(line, 200)), "see list.log");
    }
    if (action != "output") continue;
    auto name = std::string(json::text(event, {"Output"}));
    while (name.ends_with('\n')) name.pop_back();
    const std::string package(json::text(event, {"Package"}));
    // A TestMain that runs the tests in two parts lists them twice.
    if (is_test_name(name) && seen.emplace(package, name).second) out.push_back({package, name});
  }
  // go builds packages side by side and tells of each as it is ready.
  std::ranges::stable_sort(out, {}, &PackageTest::package);
  return out;
}

std::set<std::string> read_gauge_list(std::string_view output)
{
  std::set<std::string> out;
  std::string_view prefix;
  while (!output.empty()) {
    const auto line = trim(take_line(output));
    if (line == "[Specifications]") prefix = "# ";
    else if (line == "[Scenarios]") prefix = "## ";
    else if (!line.empty() && !prefix.empty()) out.insert(fmt::format("{}{}", prefix, line));
  }
  return out;
}

} // namespace streamgate::run_tests
