// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace streamgate::parse_junit {

// The tests that were listed before the run, and which of them were heard of. Only these ids are held in memory, never
// those of the results.
class Planned {
public:
  // Add the ids of one suite, redacted as those of the rows. Where it `has_tables`, a row "<id> 3" counts for a planned
  // "<id>": Gauge lists a scenario with a data table once and reports each row of the table.
  void add(const std::string& suite, const std::vector<std::string>& ids, bool has_tables);

  // Note that a test was heard of. Return false when it was not listed.
  bool saw(std::string_view id);

  // True when nothing was listed at all.
  bool empty() const { return m_seen.empty(); }
  std::size_t size() const { return m_order.size(); }
  // True when `suite` listed its tests.
  bool lists(std::string_view suite) const;
  // True when a listed id and a '/' begin `id`: a subtest.
  bool under(std::string_view id) const;
  // True when some listed id is `id` or begins with `id` and a '/'.
  bool has(std::string_view id) const;

  struct Id {
    std::string suite;
    std::string id;
  };
  // Return the listed tests that nothing was heard of, in their order.
  std::vector<Id> unseen() const;

private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const { return a == b; }
  };

  std::vector<Id> m_order;
  std::set<std::string, std::less<>> m_suites; // that listed any
  struct Seen {
    bool heard = false;
    bool has_rows = false;
  };
  std::unordered_map<std::string, Seen, Hash, Equal> m_seen;
};

} // namespace streamgate::parse_junit
