// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/planned.hpp"

#include "base/redact.hpp"
#include "record/test_id.hpp"

#include <algorithm>

namespace streamgate::parse_junit {
void Planned::add(const std::string& suite, const std::vector<std::string>& ids, bool has_tables)
{
  if (!ids.empty()) m_suites.insert(suite);
  for (const auto& given : ids) {
    auto id = redact::clean(given);
    if (m_seen.emplace(id, Seen{false, has_tables}).second) m_order.push_back({suite, std::move(id)});
  }
}

bool Planned::saw(std::string_view id)
{
  auto found = m_seen.find(id);
  if (found == m_seen.end()) {
    found = m_seen.find(record::without_table_row(id));
    if (found == m_seen.end() || !found->second.has_rows) return false;
  }
  found->second.heard = true;
  return true;
}

bool Planned::lists(std::string_view suite) const
{
  return m_suites.contains(suite);
}

bool Planned::under(std::string_view id) const
{
  for (auto end = id.rfind('/'); end != std::string_view::npos && end > 0; end = id.rfind('/', end - 1)) {
    if (m_seen.contains(id.substr(0, end))) return true;
  }
  return false;
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
                       [&](const Id& planned) { return !m_seen.find(planned.id)->second.heard; });
  return out;
}

} // namespace streamgate::parse_junit
