// SPDX-License-Identifier: Apache-2.0
#include "analysis/cluster.hpp"

#include "analysis/near.hpp"
#include "analysis/normalise.hpp"
#include "analysis/shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace streamgate::analysis {
namespace {

// The name of a shape, which a new cluster gets as its id: FNV-1a of 64 bits (Fowler, Noll, Vo). It keeps no secret; of
// a million shapes, two share one once in 30 million times.
std::string name_of(const std::vector<std::string_view>& shape)
{
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : joined(shape)) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211U;
  }
  return fmt::format("{:016x}", hash);
}

// All causes of one shape.
struct Group {
  std::string shape; // its name
  std::string_view text;
  std::int64_t count = 0;      // of failures
  std::int64_t text_count = 0; // of failures with this very text
  std::size_t cluster = 0;
};

bool more_frequent(std::int64_t count_a, std::string_view text_a, std::int64_t count_b, std::string_view text_b)
{
  return std::tuple(-count_a, text_a) < std::tuple(-count_b, text_b);
}

// The groups, and the group of each cause that is not empty.
struct Grouped {
  std::vector<Group> groups;
  std::unordered_map<std::string_view, std::size_t> group_of;
};

Grouped group(std::span<const std::string> causes)
{
  std::unordered_map<std::string_view, std::int64_t> counts;
  for (const auto& cause : causes) {
    if (!cause.empty()) ++counts[cause];
  }
  Grouped out;
  std::unordered_map<std::string, std::size_t> by_shape;
  for (const auto& [text, count] : counts) {
    auto shape = name_of(shape_of(text));
    const auto [at, is_new] = by_shape.try_emplace(shape, out.groups.size());
    if (is_new) out.groups.push_back({.shape = std::move(shape), .text = text});
    auto& group = out.groups[at->second];
    group.count += count;
    if (group.text_count == 0 || more_frequent(count, text, group.text_count, group.text))
      std::tie(group.text, group.text_count) = std::tie(text, count);
    out.group_of.emplace(text, at->second);
  }
  return out;
}

class Clusters {
public:
  Clusters(const std::vector<Group>& groups, std::size_t earlier) : m_near(groups.size() + earlier)
  {
    for (const auto& group : groups) {
      const auto shape = shape_of(group.text);
      if (is_long(shape)) m_near.count(Words(shape));
    }
  }

  // A cluster of the history, under the id that it has.
  void seed(const record::FailureCluster& earlier)
  {
    const auto normal = normalise(earlier.text);
    const auto shape = shape_of(normal);
    if (earlier.id.empty() || normal.empty() || m_by_shape.contains(name_of(shape))) return;
    make(earlier.id, earlier.text, shape);
  }

  // Return the cluster of a group, a new one when none fits.
  std::size_t place(const Group& group)
  {
    if (const auto at = m_by_shape.find(group.shape); at != m_by_shape.end()) return at->second;
    const auto shape = shape_of(group.text);
    if (is_long(shape)) {
      if (const auto near = m_near.find(Words(shape))) return m_cluster_of_near[*near];
    }
    return make(group.shape, std::string(group.text), shape);
  }

  std::vector<record::FailureCluster>& all() { return m_all; }

private:
  static bool is_long(const std::vector<std::string_view>& shape) { return shape.size() >= NearIndex::k_least_words; }

  std::size_t make(const std::string& id, std::string text, const std::vector<std::string_view>& shape)
  {
    const auto [at, is_new] = m_by_id.try_emplace(id, m_all.size());
    if (is_new) m_all.push_back({.id = id, .text = std::move(text)});
    m_by_shape.emplace(name_of(shape), at->second);
    if (is_long(shape)) {
      m_near.add(Words(shape));
      m_cluster_of_near.push_back(at->second);
    }
    return at->second;
  }

  std::vector<record::FailureCluster> m_all;
  std::unordered_map<std::string, std::size_t> m_by_id;
  std::unordered_map<std::string, std::size_t> m_by_shape;
  NearIndex m_near;
  std::vector<std::size_t> m_cluster_of_near;
};

} // namespace

Clustered cluster(std::span<const std::string> causes, std::span<const record::FailureCluster> earlier)
{
  auto [groups, group_of] = group(causes);
  Clusters clusters(groups, earlier.size());
  for (const auto& each : earlier) clusters.seed(each);
  std::vector<Group*> order;
  for (auto& each : groups) order.push_back(&each);
  // The most frequent cause stands for its cluster.
  std::ranges::sort(order,
                    [](const Group* a, const Group* b) { return more_frequent(a->count, a->text, b->count, b->text); });
  for (auto* each : order) {
    each->cluster = clusters.place(*each);
    clusters.all()[each->cluster].tests += each->count;
  }
  Clustered out;
  for (const auto& cause : causes)
    out.id_of.push_back(cause.empty() ? "" : clusters.all()[groups[group_of.at(cause)].cluster].id);
  out.clusters = std::move(clusters.all());
  std::erase_if(out.clusters, [](const auto& each) { return each.tests == 0; });
  std::ranges::sort(out.clusters,
                    [](const auto& a, const auto& b) { return std::tie(b.tests, a.id) < std::tie(a.tests, b.id); });
  return out;
}

} // namespace streamgate::analysis
