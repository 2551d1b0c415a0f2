// SPDX-License-Identifier: Apache-2.0
#include "analysis/near.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

namespace streamgate::analysis {
namespace {

constexpr std::uint32_t k_none = 0xFFFFFFFF;

// 32-bit FNV-1a.
std::uint32_t number_of(std::string_view word)
{
  std::uint32_t hash = 2166136261U;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

std::vector<std::uint32_t> distinct(const Words& text)
{
  auto out = text.sorted;
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

// A tenth of their mean length.
std::size_t limit_of(const Words& a, const Words& b)
{
  return (a.sequence.size() + b.sequence.size()) / 20;
}

} // namespace

Words::Words(std::span<const std::string_view> shape)
{
  sequence.reserve(shape.size());
  for (const auto word : shape) sequence.push_back(number_of(word));
  sorted = sequence;
  std::ranges::sort(sorted);
}

std::size_t bounded_distance(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b, std::size_t limit)
{
  if (a.size() < b.size()) std::swap(a, b);
  const auto over = limit + 1;
  if (a.size() - b.size() > limit) return over;
  // row[k]: distance of the words of `a` so far to the first k of `b`, right where it is at most `limit`.
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const auto begin = i > limit ? i - limit : 1;
    const auto end = std::min(b.size(), i + limit);
    auto diagonal = row[begin - 1];
    row[begin - 1] = begin == 1 ? i : over;
    auto least = row[begin - 1];
    for (auto k = begin; k <= end; ++k) {
      const auto above = k == i + limit ? over : row[k];
      const auto replaced = diagonal + (a[i - 1] == b[k - 1] ? 0 : 1);
      diagonal = row[k];
      row[k] = std::min({replaced, row[k - 1] + 1, above + 1});
      least = std::min(least, row[k]);
    }
    if (least > limit) return over;
  }
  return std::min(row.back(), over);
}

NearIndex::NearIndex(std::size_t texts)
{
  // A few words of each text get a bucket of their own.
  constexpr std::size_t k_words = 26;
  const auto buckets = std::bit_ceil((std::min(texts, k_most_texts) + 1) * k_words);
  m_counts.assign(buckets, 0);
  m_first.assign(buckets, k_none);
  m_last.assign(buckets, k_none);
}

void NearIndex::count(const Words& text)
{
  for (const auto word : distinct(text)) ++m_counts[bucket(word)];
}

// Two texts of which one is within a tenth of the other share a word of their rarest tenths (prefix filtering).
std::vector<std::uint32_t> NearIndex::rarest(const Words& text) const
{
  auto words = distinct(text);
  const auto most = std::min(words.size(), text.sequence.size() / 9 + 2);
  const auto rank = [&](std::uint32_t word) { return std::pair(m_counts[bucket(word)], word); };
  std::ranges::partial_sort(words, words.begin() + static_cast<std::ptrdiff_t>(most), {}, rank);
  words.resize(most);
  return words;
}

void NearIndex::add(Words text)
{
  if (m_texts.size() >= k_most_texts) return;
  for (const auto word : rarest(text)) {
    const auto link = static_cast<std::uint32_t>(m_links.size());
    m_links.push_back({static_cast<std::uint32_t>(m_texts.size()), k_none});
    auto& last = m_last[bucket(word)];
    (last == k_none ? m_first[bucket(word)] : m_links[last].next) = link;
    last = link;
  }
  m_texts.push_back(std::move(text));
}

// Where each has a word that the other has not, or not as often, they say different things: a missing TaskRun is not a
// missing Pipeline.
bool NearIndex::similar(const Words& a, const Words& b) const
{
  const auto& few = a.sorted.size() < b.sorted.size() ? a : b;
  const auto& many = &few == &a ? b : a;
  if (many.sorted.size() - few.sorted.size() > limit_of(a, b)) return false;
  return std::ranges::includes(many.sorted, few.sorted);
}

std::optional<std::size_t> NearIndex::find(const Words& text)
{
  constexpr std::size_t k_most_candidates = 64;
  constexpr std::size_t k_most_distances = 8;
  std::vector<std::uint32_t> candidates;
  for (const auto word : rarest(text)) {
    for (auto link = m_first[bucket(word)]; link != k_none; link = m_links[link].next) {
      if (candidates.size() >= k_most_candidates) break;
      candidates.push_back(m_links[link].text);
    }
  }
  std::ranges::sort(candidates);
  candidates.erase(std::ranges::unique(candidates).begin(), candidates.end());
  std::optional<std::size_t> best;
  std::size_t least = 0;
  std::size_t distances = 0;
  for (const auto candidate : candidates) {
    const auto& other = m_texts[candidate];
    if (!similar(text, other)) continue;
    if (++distances > k_most_distances || m_distances_left == 0) break;
    --m_distances_left;
    const auto limit = std::min(limit_of(text, other), best ? least - 1 : text.sequence.size());
    const auto distance = bounded_distance(text.sequence, other.sequence, limit);
    if (distance > limit) continue;
    best = candidate;
    least = distance;
    if (least == 0) break;
  }
  return best;
}

} // namespace streamgate::analysis
