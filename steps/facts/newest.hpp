// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

namespace streamgate::facts {

// How many values a Newest keeps; both at least 1.
struct Bounds {
  std::size_t of_namespace = 1;
  std::size_t in_all = 1;
};

// Values by namespace and key, bounded: the one that was touched longest ago goes, first of its own namespace.
template <class Value>
class Newest {
public:
  explicit Newest(Bounds bounds) : m_bounds(bounds) {}

  // Return the value, or nullptr.
  Value* find(const std::string& nspace, const std::string& key)
  {
    const auto space = m_spaces.find(nspace);
    if (space == m_spaces.end()) return nullptr;
    const auto found = space->second.by_key.find(key);
    return found == space->second.by_key.end() ? nullptr : &found->second->value;
  }

  // Return the value, made when it is absent, as the newest of all.
  Value& touch(const std::string& nspace, const std::string& key)
  {
    auto& space = m_spaces[nspace];
    if (const auto found = space.by_key.find(key); found != space.by_key.end()) {
      space.entries.splice(space.entries.end(), space.entries, found->second);
    } else {
      space.entries.push_back({key, {}, 0});
      space.by_key[key] = std::prev(space.entries.end());
      ++m_size;
    }
    auto& entry = space.entries.back();
    entry.touched = ++m_clock;
    if (space.entries.size() > m_bounds.of_namespace) drop_first(space);
    if (m_size > m_bounds.in_all) drop_oldest();
    return entry.value;
  }

  // Call `each` with the namespace and the value, oldest of a namespace first.
  template <class Each>
  void for_each(Each each) const
  {
    for (const auto& [nspace, space] : m_spaces) {
      for (const auto& entry : space.entries) each(nspace, entry.value);
    }
  }

  std::size_t size() const { return m_size; }
  // How many were dropped.
  std::size_t dropped() const { return m_dropped; }

private:
  struct Entry {
    std::string key;
    Value value;
    std::uint64_t touched = 0;
  };
  struct Space {
    std::list<Entry> entries; // oldest first
    std::unordered_map<std::string, typename std::list<Entry>::iterator> by_key;
  };

  void drop_first(Space& space)
  {
    space.by_key.erase(space.entries.front().key);
    space.entries.pop_front();
    --m_size;
    ++m_dropped;
  }
  // The newest is never the oldest, because at least two are there.
  void drop_oldest()
  {
    auto oldest = m_spaces.begin();
    for (auto it = m_spaces.begin(); it != m_spaces.end(); ++it) {
      if (it->second.entries.front().touched < oldest->second.entries.front().touched) oldest = it;
    }
    drop_first(oldest->second);
    if (oldest->second.entries.empty()) m_spaces.erase(oldest);
  }

  Bounds m_bounds;
  std::map<std::string, Space> m_spaces; // none is empty
  std::size_t m_size = 0;
  std::size_t m_dropped = 0;
  std::uint64_t m_clock = 0;
};

} // namespace streamgate::facts
