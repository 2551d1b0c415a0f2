// SPDX-License-Identifier: Apache-2.0
#include "record/artifacts.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>

namespace streamgate::record {
namespace {

bool word_byte(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// A generated name has a hyphen or a digit; one that has neither may be an ordinary word.
bool ordinary(std::string_view name)
{
  return std::ranges::all_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
}

// Return true when what stands before a word says that a namespace follows: `namespace "x"`, `-n x`, `namespaces/x`.
bool announced(std::string_view before)
{
  const auto end = before.find_last_not_of(" :=\"'`/[(");
  if (end == std::string_view::npos) return false;
  before = before.substr(0, end + 1);
  constexpr std::array<std::string_view, 3> k_words{"namespace", "namespaces", " -n"};
  return std::ranges::any_of(k_words, [&](std::string_view word) {
    return before.size() >= word.size() && ascii::same_nocase(before.substr(before.size() - word.size()), word);
  });
}

} // namespace

ArtifactFinder::ArtifactFinder(const Facts& facts)
    : m_namespaces(facts.namespaces.begin(), facts.namespaces.end()),
      m_components(std::ranges::any_of(facts.files, [](const std::string& file) {
        return file.starts_with(std::string(k_component_artifacts) + "/");
      }))
{
}

std::string_view ArtifactFinder::named_in(std::string_view text) const
{
  std::string_view best;
  for (std::size_t at = 0; at < text.size();) {
    if (!word_byte(text[at])) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < text.size() && word_byte(text[end])) ++end;
    const auto word = text.substr(at, end - at);
    const auto before = text.substr(0, at);
    at = end;
    if (word.size() <= best.size() || word.size() > 63) continue; // 63: the longest name that a namespace can have
    if (!m_namespaces.contains(std::string(word)) || (ordinary(word) && !announced(before))) continue;
    best = word;
  }
  return best;
}

std::string ArtifactFinder::of(const TestResult& test) const
{
  if (m_namespaces.empty()) return m_components ? k_component_artifacts : "";
  auto name = named_in(test.message);
  if (name.empty()) name = named_in(test.detail);
  if (!name.empty()) return std::string(k_namespace_artifacts) + "/" + std::string(name);
  return m_components ? k_component_artifacts : "";
}

} // namespace streamgate::record
