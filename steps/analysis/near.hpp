// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// Finding among many texts one that says the same with a few words more or fewer.
namespace streamgate::analysis {

// A text's words as numbers.
struct Words {
  std::vector<std::uint32_t> sequence; // in their order
  std::vector<std::uint32_t> sorted;   // ascending

  explicit Words(std::span<const std::string_view> shape);
};

// Return how many insertions, deletions and replacements of a word turn `a` into `b`, or `limit` + 1 when more than
// `limit` do. Takes time of their length times `limit` (Ukkonen's band).
std::size_t bounded_distance(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b, std::size_t limit);

// Texts to be found again. Memory: up to 6 MiB, and 9 bytes for each of their words.
class NearIndex {
public:
  // Texts with fewer words are the same or they are not: one word of them is much.
  static constexpr std::size_t k_least_words = 30;
  // As many texts are kept; of more, the later ones are not found.
  static constexpr std::size_t k_most_texts = 20000;

  // For about so many texts.
  explicit NearIndex(std::size_t texts);

  // Count the words of a text that is to be added or found. Those that few texts have find candidates.
  void count(const Words& text);
  // Add a text under the next number: 0, 1 ...
  void add(Words text);
  // Return the number of the nearest text (of equal ones the first) that differs in no more than a tenth of the words,
  // where only one of the two has words that the other has not, or not as often. Looks closely at a bounded number of
  // candidates.
  std::optional<std::size_t> find(const Words& text);

private:
  struct Link {
    std::uint32_t text;
    std::uint32_t next;
  };

  std::size_t bucket(std::uint32_t word) const { return word & (m_counts.size() - 1); }
  std::vector<std::uint32_t> rarest(const Words& text) const;
  bool similar(const Words& a, const Words& b) const;

  std::vector<Words> m_texts;
  std::vector<std::uint32_t> m_counts; // of texts, by the word's last bits
  std::vector<std::uint32_t> m_first;  // link of a word's first text, by the word's last bits
  std::vector<std::uint32_t> m_last;
  std::vector<Link> m_links;
  std::size_t m_distances_left = 50000;
};

} // namespace streamgate::analysis
