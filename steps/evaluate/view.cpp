// SPDX-License-Identifier: Apache-2.0
#include "evaluate/view.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace streamgate::evaluate {
namespace {

constexpr std::size_t k_most_in_category = 20;
constexpr std::size_t k_message_shown = 200;

enum class Shade { red = 31, green = 32, yellow = 33 };

class Page {
public:
  explicit Page(Colour colour) : m_colour(colour) {}

  std::string shaded(std::string_view text, Shade shade) const
  {
    return m_colour == Colour::no ? std::string(text)
                                  : fmt::format("\x1b[1;{}m{}\x1b[0m", static_cast<int>(shade), text);
  }
  template <class... A>
  void line(fmt::format_string<A...> format, A&&... args)
  {
    m_text += fmt::format(format, std::forward<A>(args)...) + "\n";
  }
  std::string take() { return std::move(m_text); }

private:
  Colour m_colour;
  std::string m_text;
};

std::string_view banner(record::VerdictWord word)
{
  switch (word) {
  case record::VerdictWord::passed:
    return "PASSED";
  case record::VerdictWord::failed:
    return "FAILED";
  case record::VerdictWord::error:
    return "ERROR";
  case record::VerdictWord::overridden:
    return "OVERRIDDEN";
  case record::VerdictWord::failed_and_error:
    break;
  }
  return "FAILED AND ERROR";
}

Shade shade_of(record::VerdictWord word)
{
  if (word == record::VerdictWord::passed) return Shade::green;
  const bool unsure = word == record::VerdictWord::error || word == record::VerdictWord::overridden;
  return unsure ? Shade::yellow : Shade::red;
}

void show_failures(const record::Failures& failures, Page& page)
{
  std::vector<std::string> titles;
  for (const auto& failure : failures.failures) {
    if (std::ranges::find(titles, failure.title) == titles.end()) titles.push_back(failure.title);
  }
  for (const auto& title : titles) {
    const auto count = std::ranges::count(failures.failures, title, &record::Failure::title);
    page.line("{} ({})", title, count);
    std::size_t shown = 0;
    for (const auto& failure : failures.failures) {
      if (failure.title != title || ++shown > k_most_in_category) continue;
      page.line("  {}", failure.id);
      if (!failure.message.empty()) page.line("    {}", utf8::truncate(failure.message, k_message_shown));
      if (failure.known)
        page.line("    known: {}, {} {} ({})", failure.known->id, failure.known->expired ? "expired on" : "until",
                  failure.known->expires, failure.known->link);
      page.line("    next: {} ({})", failure.next_step, failure.owner);
    }
    if (shown > k_most_in_category) page.line("  ... and {} more", shown - k_most_in_category);
  }
}

// The lines of figures beside what is against them: the page has them in its own words.
bool is_summary(const record::VerdictLine& line)
{
  return line.about == "tests" || line.about == "suites";
}

void show_proof(std::string_view when, bool proven, const std::optional<record::Proof>& proof, Page& page)
{
  const auto word =
      proven ? page.shaded("proven", Shade::green) : page.shaded(proof ? "NOT PROVEN" : "not looked at", Shade::red);
  page.line("proof {:<7} {}{}", when, word,
            proof ? fmt::format(", {} containers, {}", proof->rows.size(), proof->time) : "");
}

} // namespace

std::string view(const record::Verdict& verdict, const std::optional<record::Failures>& failures,
                 const std::optional<record::Deploy>& deploy, Colour colour)
{
  Page page(colour);
  page.line("{}  {}", page.shaded(banner(verdict.verdict), shade_of(verdict.verdict)), verdict.run);
  for (const auto& why : verdict.reasons) {
    page.line("  {}: {}", why.code, why.text);
    if (!why.hint.empty()) page.line("    hint: {}", why.hint);
  }
  const auto& counts = verdict.counts;
  page.line("tests         {} planned, {} run, {} passed{}, {} failed, {} skipped, {} missing{}", counts.planned,
            counts.executed, counts.passed, counts.flaky > 0 ? fmt::format(" ({} flaky)", counts.flaky) : "",
            counts.failed + counts.error, counts.skipped, counts.missing,
            verdict.suite.empty() ? "" : " (suite " + verdict.suite + ")");
  for (const auto& line : verdict.lines) {
    if (line.speaks == record::Speaks::noted && !is_summary(line)) page.line("{}: {}", line.about, line.text);
  }
  for (const auto& one : verdict.statistics) page.line("history       {}: {}", one.id, one.text);
  if (verdict.retry) page.line("retry         only causes that may pass speak against it: run it again");
  if (failures) show_failures(*failures, page);
  for (const auto& component : verdict.components)
    page.line("component     {} {} {}", component.name, component.commit, component.ref);
  show_proof("before", verdict.proven_before, deploy ? deploy->before : std::nullopt, page);
  show_proof("after", verdict.proven_after, deploy ? deploy->after : std::nullopt, page);
  return page.take();
}

std::string explanation(const record::Verdict& verdict, Colour colour)
{
  Page page(colour);
  page.line("{}  {} (gate {})", page.shaded(banner(verdict.verdict), shade_of(verdict.verdict)), verdict.run,
            verdict.gate.empty() ? "-" : verdict.gate);
  for (const auto& line : verdict.lines) {
    const bool against = line.speaks == record::Speaks::against;
    const auto mark = against                               ? page.shaded("AGAINST", Shade::red)
                      : line.speaks == record::Speaks::good ? page.shaded("good   ", Shade::green)
                                                            : "noted  ";
    page.line("{}  {:<13} {}", mark, line.about, line.text);
  }
  for (const auto& one : verdict.statistics) page.line("history  {:<13} {}", one.id, one.text);
  page.line("{}", verdict.reasons.empty()
                      ? "Nothing speaks against the run: " + verdict.summary
                      : fmt::format("{} speak{} against the run: {}",
                                    verdict.reasons.size() == 1 ? "One thing"
                                                                : fmt::format("{} things", verdict.reasons.size()),
                                    verdict.reasons.size() == 1 ? "s" : "", verdict.summary));
  if (verdict.retry) page.line("Only causes that may pass speak against it: run it again.");
  return page.take();
}

} // namespace streamgate::evaluate
