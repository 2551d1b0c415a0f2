// SPDX-License-Identifier: Apache-2.0
#include "record/page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::record {
namespace {

// A name that is one path segment on every system and in every URL.
std::string safe_name(std::string_view name)
{
  std::string out;
  for (const char c : name) {
    const bool good =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    out += good ? c : '-';
  }
  out.resize(std::min<std::size_t>(out.size(), 128));
  if (out.empty() || out.front() == '.') out.insert(0, "run-");
  if (out.ends_with(".lock")) out += '-';
  return out;
}

} // namespace

std::string page_path(std::string_view run, WallTime time)
{
  const auto day = to_rfc3339(time);
  return fmt::format("runs/{}/{}/{}", day.substr(0, 4), day.substr(5, 2), safe_name(run));
}

} // namespace streamgate::record
