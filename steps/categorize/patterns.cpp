// SPDX-License-Identifier: Apache-2.0
#include "categorize/patterns.hpp"

#include <re2/re2.h>
#include <re2/set.h>

#include <mutex>

namespace streamgate::categorize {
namespace {

// With the default of 8 MiB the lazy automaton of some fifty rules is thrown away again and again: four times slower.
constexpr std::int64_t k_max_memory = std::int64_t{64} << 20U;

RE2::Options options(bool case_sensitive = false)
{
  RE2::Options out;
  out.set_case_sensitive(case_sensitive);
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
  explicit Set(Kind kind) : set(options(kind == folded), RE2::UNANCHORED) {}
  RE2::Set set;
  std::vector<int> numbers; // of its patterns among all
};

struct Patterns::Compiled {
  std::once_flag once;
  std::unique_ptr<RE2> re2;
};

Patterns::Patterns() : m_sets{std::make_unique<Set>(folded), std::make_unique<Set>(others)} {}
Patterns::Patterns(Patterns&&) noexcept = default;
Patterns& Patterns::operator=(Patterns&&) noexcept = default;
Patterns::~Patterns() = default;

Status Patterns::add(const std::string& pattern)
{
  auto plain = folded_pattern(pattern);
  One one{plain ? std::move(*plain) : pattern, plain ? folded : others};
  auto& to = *m_sets.at(one.kind);
  std::string problem;
  if (to.set.Add(one.pattern, &problem) < 0) return fail(ErrorCode::bad_input, "not a pattern of RE2: " + problem);
  to.numbers.push_back(static_cast<int>(m_ones.size()));
  m_ones.push_back(std::move(one));
  return {};
}

Status Patterns::compile()
{
  m_compiled = std::make_unique<Compiled[]>(m_ones.size());
  for (const auto& set : m_sets) {
    if (!set->numbers.empty() && !set->set.Compile())
      return fail(ErrorCode::bad_input, "the patterns together are too large");
  }
  return {};
}

const RE2& Patterns::compiled(std::size_t number) const
{
  auto& found = m_compiled[number];
  std::call_once(found.once, [&] {
    found.re2 = std::make_unique<RE2>(m_ones[number].pattern, options(m_ones[number].kind == folded));
  });
  return *found.re2;
}

void Patterns::fitting(const FoldedText& text, std::vector<int>& out) const
{
  out.clear();
  thread_local std::vector<int> found;
  for (const auto kind : {folded, others}) {
    const auto& [set, numbers] = *m_sets.at(kind);
    if (numbers.empty()) continue;
    const auto subject = piece(text_for(kind, text));
    RE2::Set::ErrorInfo problem{RE2::Set::kNoError};
    set.Match(subject, &found, &problem);
    if (problem.kind == RE2::Set::kNoError) {
      for (const int one : found) out.push_back(numbers[static_cast<std::size_t>(one)]);
      continue;
    }
    // The automaton of all patterns together grew too large for this text: ask them one by one.
    for (const int number : numbers) {
      if (RE2::PartialMatch(subject, compiled(static_cast<std::size_t>(number)))) out.push_back(number);
    }
  }
}

std::string_view Patterns::find(std::size_t number, const FoldedText& text) const
{
  const auto subject = text_for(m_ones[number].kind, text);
  re2::StringPiece whole;
  if (!compiled(number).Match(piece(subject), 0, subject.size(), RE2::UNANCHORED, &whole, 1)) return {};
  return text.original().substr(static_cast<std::size_t>(whole.data() - subject.data()), whole.size());
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
