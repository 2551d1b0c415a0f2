// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/outcome_word.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>

namespace streamgate::parse_junit {
namespace {

struct Word {
  std::string_view text;
  StatusWord means;
};

// Of gtest, CTest, Bazel and Catch2 (run, notrun, disabled, fail; completed, skipped, suppressed), Ginkgo (passed,
// pending, failed, timedout, aborted, panicked, interrupted), Cucumber and behave (passed, failed, skipped, pending),
// and of those who turn NUnit and their own formats into JUnit.
constexpr std::array k_words{
    Word{"run", StatusWord::passed},          Word{"completed", StatusWord::passed},
    Word{"passed", StatusWord::passed},       Word{"pass", StatusWord::passed},
    Word{"ok", StatusWord::passed},           Word{"success", StatusWord::passed},
    Word{"successful", StatusWord::passed},   Word{"failed", StatusWord::failed},
    Word{"failure", StatusWord::failed},      Word{"fail", StatusWord::failed},
    Word{"timedout", StatusWord::failed},     Word{"aborted", StatusWord::failed},
    Word{"error", StatusWord::error},         Word{"errored", StatusWord::error},
    Word{"panicked", StatusWord::error},      Word{"interrupted", StatusWord::error},
    Word{"skipped", StatusWord::skipped},     Word{"skip", StatusWord::skipped},
    Word{"notrun", StatusWord::skipped},      Word{"disabled", StatusWord::skipped},
    Word{"suppressed", StatusWord::skipped},  Word{"ignored", StatusWord::skipped},
    Word{"pending", StatusWord::skipped},     Word{"inconclusive", StatusWord::skipped},
    Word{"notexecuted", StatusWord::skipped}, Word{"notrunnable", StatusWord::error},
};

} // namespace

std::string_view local_name(std::string_view element)
{
  return element.substr(element.rfind(':') + 1);
}

std::optional<TestCase::Outcome> outcome_of(std::string_view element)
{
  using enum TestCase::Outcome;
  const auto name = local_name(element);
  if (ascii::same_nocase(name, "failure")) return failure;
  if (ascii::same_nocase(name, "error")) return error;
  if (ascii::same_nocase(name, "skipped")) return skipped;
  if (name == "flakyFailure" || name == "flakyError") return flake;
  if (name == "rerunFailure") return rerun_failure;
  if (name == "rerunError") return rerun_error;
  return std::nullopt;
}

bool says_no_outcome(std::string_view element)
{
  constexpr std::array k_known{"property",   "attachments", "attachment", "system-out", "system-err", "url",
                               "assertions", "description", "tags",       "reqs",       "comment"};
  return element.contains(':') ||
         std::ranges::any_of(k_known, [&](std::string_view known) { return ascii::same_nocase(element, known); });
}

StatusWord status_word(std::string_view word)
{
  const auto* known =
      std::ranges::find_if(k_words, [&](const Word& one) { return ascii::same_nocase(word, one.text); });
  return known == k_words.end() ? StatusWord::unknown : known->means;
}

bool ends_early(std::string_view word)
{
  constexpr std::array k_early{"aborted", "interrupted", "timedout", "cancelled", "canceled", "incomplete"};
  return std::ranges::any_of(k_early, [&](std::string_view one) { return ascii::same_nocase(word, one); });
}

std::optional<bool> truth_of(std::string_view word)
{
  if (ascii::same_nocase(word, "true") || ascii::same_nocase(word, "yes")) return true;
  if (ascii::same_nocase(word, "false") || ascii::same_nocase(word, "no")) return false;
  const bool number = !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
  if (!number) return std::nullopt;
  return word.find_first_not_of('0') != std::string_view::npos;
}

} // namespace streamgate::parse_junit
