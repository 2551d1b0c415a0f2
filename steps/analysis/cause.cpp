// SPDX-License-Identifier: Apache-2.0
#include "analysis/cause.hpp"

#include "analysis/names.hpp"
#include "analysis/normalise.hpp"
#include "analysis/shape.hpp"
#include "analysis/words.hpp"
#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace streamgate::analysis {
namespace {

// Words of any failure's message. Sorted.
constexpr auto k_common = std::to_array<std::string_view>(
    {"a",         "actual",     "after",     "an",      "and",      "are",       "as",        "assert",  "assertion",
     "at",        "be",         "been",      "but",     "by",       "cancelled", "check",     "code",    "complete",
     "completed", "condition",  "container", "context", "deadline", "detail",    "details",   "did",     "differ",
     "differs",   "equal",      "err",       "error",   "errors",   "exceeded",  "exit",      "exited",  "expect",
     "expected",  "fail",       "failed",    "failure", "false",    "finish",    "finished",  "for",     "from",
     "get",       "go",         "got",       "has",     "have",     "in",        "is",        "it",      "killed",
     "log",       "logs",       "main",      "nil",     "not",      "of",        "on",        "or",      "output",
     "process",   "reach",      "ready",     "run",     "running",  "scenario",  "see",       "should",  "signal",
     "skipped",   "state",      "status",    "step",    "still",    "succeed",   "succeeded", "success", "successful",
     "suite",     "tasks",      "test",      "tests",   "the",      "time",      "timed",     "timeout", "to",
     "true",      "unexpected", "wait",      "waiting", "want",     "wanted",    "was",       "were",    "while",
     "with",      "within"});
static_assert(std::ranges::is_sorted(k_common));

// Enough words of its own: the message says what went wrong.
bool says_something(std::string_view message)
{
  constexpr std::size_t k_enough = 3;
  std::set<std::string> words;
  const auto normal = normalise(message);
  for (const auto word : shape_of(normal)) {
    auto lower = ascii::lower(std::string(word));
    if (word == k_any || all_digits(word) || is_instance_kind(lower) || std::ranges::binary_search(k_common, lower))
      continue;
    words.insert(std::move(lower));
    if (words.size() >= k_enough) return true;
  }
  return false;
}

// What the runner prints around a test, and frames of stacks: where, not what.
bool is_frame(std::string_view line)
{
  constexpr std::array<std::string_view, 14> beginnings{
      "Command:",   "Error Trace:", "=== ",        "--- ",     "ok  \t",   "FAIL\t", "PASS",
      "goroutine ", "at ",          "created by ", "testing.", "runtime.", "panic(", "exit status "};
  if (line.empty() || line == "FAIL" ||
      std::ranges::any_of(beginnings, [&](auto each) { return line.starts_with(each); }))
    return true;
  // "/path/file.go:12 +0x1d5"
  const auto file = line.find(".go:");
  return line[0] == '/' && file != std::string_view::npos && line.substr(0, file).find(' ') == std::string_view::npos;
}

bool tells_error(std::string_view line)
{
  constexpr auto telling = std::to_array<std::string_view>(
      {"error",    "fail",       "panic",     "fatal",   "denied",  "forbidden", "unauthorized", "not found",
       "no such",  "no matches", "cannot",    "can't",   "unable",  "invalid",   "refused",      "timed out",
       "timeout",  "deadline",   "exceeded",  "backoff", "killed",  "expected",  "want",         "missing",
       "mismatch", "unexpected", "not equal", "doesn't", "did not", "is not"});
  const auto lower = ascii::lower(std::string(line));
  return std::ranges::any_of(telling, [&](auto each) { return lower.find(each) != std::string::npos; });
}

// What it tells stands below: a difference, the values of an assertion.
bool goes_on(std::string_view line)
{
  return line == "Expected" || line.ends_with("{") || line.ends_with("unexpected error:");
}

std::string_view trimmed(std::string_view line)
{
  constexpr std::string_view blanks = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  return line.substr(0, line.find_last_not_of(blanks) + 1);
}

} // namespace

std::string cause_of(std::string_view message, std::string_view detail)
{
  constexpr int k_values = 3; // lines of them
  if (says_something(message) && !goes_on(trimmed(message))) return normalise(message);
  std::string telling(message);
  std::string all(message);
  bool told = false;
  bool panicked = false; // a panic's first own frame says which one it is
  int below = 0;
  while (!detail.empty()) {
    const auto end = std::min(detail.find('\n'), detail.size());
    const auto line = trimmed(detail.substr(0, end));
    detail.remove_prefix(std::min(end + 1, detail.size()));
    if (is_frame(line)) continue;
    const bool error = tells_error(line);
    const bool frame_of_panic = panicked && line.ends_with(')');
    all.append("\n").append(line);
    if (error || frame_of_panic || below > 0) telling.append("\n").append(line);
    told = told || error;
    panicked = (panicked && !frame_of_panic) || line.starts_with("panic:");
    below = goes_on(line) ? k_values : below - 1;
  }
  return normalise(told ? telling : all);
}

std::string cause_of(const record::TestResult& test)
{
  return cause_of(test.message, test.detail);
}

} // namespace streamgate::analysis
