// SPDX-License-Identifier: Apache-2.0
#include "categorize/patterns.hpp"

#include <re2/re2.h>
#include <re2/set.h>

#include <mutex>

namespace streamgate::categorize {
namespace {

// With the default of 8 MiB the lazy automaton of some fifty rules is thrown away again and again: four times slower.
constexpr std::int64_t k_max_memory = std::int64_t{64} << 20U;

RE2::Options options()
{
  RE2::Options out;
  out.set_case_sensitive(false);
  out.set_max_mem(k_max_memory);
  out.set_log_errors(false);
  return out;
}

re2::StringPiece piece(std::string_view text)
{
  return {text.data(), text.size()};
}

} // namespace

struct Patterns::Set {
  RE2::Set set{options(), RE2::UNANCHORED};
};

struct Patterns::One {
  std::once_flag once;
  std::unique_ptr<RE2> re2;
};

Patterns::Patterns() : m_set(std::make_unique<Set>()) {}
Patterns::Patterns(Patterns&&) noexcept = default;
Patterns& Patterns::operator=(Patterns&&) noexcept = default;
Patterns::~Patterns() = default;

Status Patterns::add(const std::string& pattern)
{
  std::string problem;
  if (m_set->set.Add(pattern, &problem) < 0) {
    return fail(ErrorCode::bad_input, "not a pattern of RE2: " + problem);
  }
  m_patterns.push_back(pattern);
  return {};
}

Status Patterns::compile()
{
  m_ones = std::make_unique<One[]>(m_patterns.size());
  if (m_patterns.empty() || m_set->set.Compile()) return {};
  return fail(ErrorCode::bad_input, "the patterns together are too large");
}

const RE2& Patterns::one(std::size_t number) const
{
  auto& found = m_ones[number];
  std::call_once(found.once, [&] { found.re2 = std::make_unique<RE2>(m_patterns[number], options()); });
  return *found.re2;
}

void Patterns::fitting(std::string_view text, std::vector<int>& out) const
{
  out.clear();
  if (m_patterns.empty()) return;
  RE2::Set::ErrorInfo problem{RE2::Set::kNoError};
  m_set->set.Match(piece(text), &out, &problem);
  if (problem.kind == RE2::Set::kNoError) return;
  // The automaton of all patterns together grew too large for this text: ask them one by one.
  out.clear();
  for (std::size_t i = 0; i < m_patterns.size(); ++i) {
    if (RE2::PartialMatch(piece(text), one(i))) out.push_back(static_cast<int>(i));
  }
}

std::string_view Patterns::find(std::size_t number, std::string_view text) const
{
  re2::StringPiece whole;
  if (!one(number).Match(piece(text), 0, text.size(), RE2::UNANCHORED, &whole, 1)) return {};
  return {whole.data(), whole.size()};
}

Pattern::Pattern(const std::string& pattern) : m_one(std::make_unique<RE2>(pattern, options())) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

bool Pattern::fits(std::string_view text) const
{
  return RE2::PartialMatch(piece(text), *m_one);
}

Status check_pattern(const std::string& pattern)
{
  return Patterns().add(pattern);
}

} // namespace streamgate::categorize
