// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/planned.hpp"

#include "base/redact.hpp"

#include <algorithm>

namespace streamgate::parse_junit {
namespace {

// Return `id` without a final " <number>", or "" when it has none.
std::string_view without_row_number(std::string_view id)
{
  const auto last = id.find_last_not_of("0123456789");
  if (last == std::string_view::npos || last + 1 == id.size() || id[last] != ' ') return {};
  return id.substr(0, last);
}

} // namespace

void Planned::add(const std::string& suite, const std::vector<std::string>& ids)
{
  for (const auto& given : ids) {
    auto id = redact::clean(given);
    if (m_seen.emplace(id, false).second) m_order.push_back({suite, std::move(id)});
  }
}

bool Planned::saw(std::string_view id)
{
  auto found = m_seen.find(id);
  if (found == m_seen.end()) found = m_seen.find(without_row_number(id));
  if (found == m_seen.end()) return false;
  found->second = true;
  return true;
}

bool Planned::lists(std::string_view suite) const
{
  return std::ranges::any_of(m_order, [&](const Id& planned) { return planned.suite == suite; });
}

bool Planned::has(std::string_view id) const
{
  return std::ranges::any_of(m_order, [&](const Id& planned) {
    return planned.id.starts_with(id) && (planned.id.size() == id.size() || planned.id[id.size()] == '/');
  });
}

std::vector<Planned::Id> Planned::unseen() const
{
  std::vector<Id> out;
  std::ranges::copy_if(m_order, std::back_inserter(out),
                       [&](const Id& planned) { return !m_seen.find(planned.id)->second; });
  return out;
}

} // namespace streamgate::parse_junit
