// SPDX-License-Identifier: Apache-2.0
#include "evaluate/markdown.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <array>

namespace streamgate::evaluate {
namespace {

constexpr std::size_t k_cell_limit = 200;
constexpr std::size_t k_most_failures = 50;
constexpr std::size_t k_most_lines = 50;

std::string cell(std::string_view text)
{
  return escape_markdown(utf8::truncate(text, k_cell_limit));
}

std::string_view sign(record::VerdictWord word)
{
  switch (word) {
  case record::VerdictWord::passed:
    return ":white_check_mark: passed";
  case record::VerdictWord::failed:
    return ":x: failed";
  case record::VerdictWord::error:
    return ":warning: could not tell";
  case record::VerdictWord::overridden:
    return ":warning: overridden";
  case record::VerdictWord::failed_and_error:
    break;
  }
  return ":x: failed, and could not tell all";
}

std::string failure_table(const record::Failures& failures)
{
  std::string out = "\n| test | category | message | next |\n|---|---|---|---|\n";
  std::size_t shown = 0;
  for (const auto& failure : failures.failures) {
    if (++shown > k_most_failures) continue;
    const auto known = failure.known && !failure.known->expired ? " (known: " + failure.known->id + ")" : "";
    out += fmt::format("| {} | {} | {} | {} |\n", cell(failure.id + known), cell(failure.title), cell(failure.message),
                       cell(failure.next_step));
  }
  if (shown > k_most_failures) out += fmt::format("\n... and {} more\n", shown - k_most_failures);
  return out;
}

} // namespace

std::string escape_markdown(std::string_view text)
{
  constexpr std::string_view k_special = "\\`*_{}[]()#+-.!|~>";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) out += ' ';
    else if (c == '<') out += "&lt;";
    else if (c == '&') out += "&amp;";
    else if (c == '@') out += "&#64;"; // nobody is called by the name of a test
    else if (k_special.find(c) != std::string_view::npos) out.append({'\\', c});
    else out += c;
  }
  return out;
}

std::string markdown(const record::Verdict& verdict, const std::optional<record::Failures>& failures,
                     const std::string& page)
{
  const auto& counts = verdict.counts;
  std::string out =
      fmt::format("### {}: {}\n\n{}\n\n", sign(verdict.verdict), cell(verdict.run), escape_markdown(verdict.summary));
  out += fmt::format("| planned | ran | passed | flaky | failed | excused | skipped | missing |\n"
                     "|--:|--:|--:|--:|--:|--:|--:|--:|\n| {} | {} | {} | {} | {} | {} | {} | {} |\n",
                     counts.planned, counts.executed, counts.passed, counts.flaky, counts.failed + counts.error,
                     verdict.excused, counts.skipped, counts.missing);
  for (const auto& component : verdict.components)
    out += fmt::format("\n{} at {} {}\n", cell(component.name), cell(component.commit), cell(component.ref));
  if (!verdict.reasons.empty()) out += "\n**Against it**\n\n";
  for (const auto& reason : verdict.reasons)
    out += fmt::format("- {}: {}\n", cell(reason.code), escape_markdown(reason.text));
  if (failures && !failures->failures.empty()) out += failure_table(*failures);
  if (!verdict.lines.empty()) out += "\n<details><summary>Why</summary>\n\n";
  for (std::size_t i = 0; i < verdict.lines.size() && i < k_most_lines; ++i) {
    const auto& line = verdict.lines[i];
    out += fmt::format("- {} ({}): {}\n", cell(line.about), name_of(line.speaks), escape_markdown(line.text));
  }
  for (std::size_t i = 0; i < verdict.statistics.size() && i < k_most_lines; ++i)
    out += fmt::format("- {}: {}\n", cell(verdict.statistics[i].id), escape_markdown(verdict.statistics[i].text));
  if (!verdict.lines.empty()) out += "\n</details>\n";
  // Only a URL that cannot end its brackets.
  if (!page.empty() && page.find_first_of(" <>\n") == std::string::npos) out += fmt::format("\n<{}>\n", page);
  return out;
}

} // namespace streamgate::evaluate
