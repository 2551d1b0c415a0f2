// SPDX-License-Identifier: Apache-2.0
#include "facts/problems.hpp"

#include "base/utf8.hpp"

#include <algorithm>

namespace streamgate::facts {

void Problems::add(std::string text)
{
  text = utf8::truncate(utf8::repair(text), k_longest);
  if (text.empty() || m_texts.size() > k_most || std::ranges::find(m_texts, text) != m_texts.end()) return;
  m_texts.push_back(m_texts.size() == k_most ? "more problems are not listed" : std::move(text));
}

void Problems::add(const std::vector<std::string>& texts)
{
  for (const auto& text : texts) add(text);
}

} // namespace streamgate::facts
