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
constexpr std::size_t k_note_limit = 400;

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
  case record::VerdictWord::failed_and_error:
    break;
  }
  return "FAILED AND ERROR";
}

Shade shade_of(record::VerdictWord word)
{
  if (word == record::VerdictWord::passed) return Shade::green;
  return word == record::VerdictWord::error ? Shade::yellow : Shade::red;
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
      page.line("    next: {} ({})", failure.next_step, failure.owner);
    }
    if (shown > k_most_in_category) page.line("  ... and {} more", shown - k_most_in_category);
  }
}

void show_proof(std::string_view when, bool proven, const std::optional<record::Proof>& proof, Page& page)
{
  const auto word =
      proven ? page.shaded("proven", Shade::green) : page.shaded(proof ? "NOT PROVEN" : "not looked at", Shade::red);
  page.line("proof {:<7} {}{}", when, word,
            proof ? fmt::format(", {} containers, {}", proof->rows.size(), proof->time) : "");
}

// What Konflux reads (integration-service, its TEST_OUTPUT).
struct TestOutput {
  std::string result;
  std::string nspace;
  std::string timestamp;
  std::int64_t successes = 0;
  std::int64_t failures = 0;
  std::int64_t warnings = 0;
  std::string note;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("result", self.result);
    visit("namespace", self.nspace);
    visit("timestamp", self.timestamp);
    visit("successes", self.successes);
    visit("failures", self.failures);
    visit("warnings", self.warnings);
    visit("note", self.note);
  }
};

std::string_view result_of(record::VerdictWord word)
{
  if (word == record::VerdictWord::passed) return "SUCCESS";
  return word == record::VerdictWord::error ? "ERROR" : "FAILURE";
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
  page.line("tests         {} planned, {} run, {} passed, {} failed, {} skipped, {} missing{}", counts.planned,
            counts.executed, counts.passed, counts.failed + counts.error, counts.skipped, counts.missing,
            verdict.suite.empty() ? "" : " (suite " + verdict.suite + ")");
  if (failures) show_failures(*failures, page);
  for (const auto& component : verdict.components)
    page.line("component     {} {} {}", component.name, component.commit, component.ref);
  show_proof("before", verdict.proven_before, deploy ? deploy->before : std::nullopt, page);
  show_proof("after", verdict.proven_after, deploy ? deploy->after : std::nullopt, page);
  return page.take();
}

std::string test_output(const record::Verdict& verdict)
{
  const auto& counts = verdict.counts;
  return to_json(TestOutput{std::string(result_of(verdict.verdict)),
                            verdict.suite.empty() ? "streamgate" : verdict.suite, verdict.finished, counts.passed,
                            counts.failed + counts.error, counts.skipped + counts.missing,
                            utf8::truncate(verdict.summary, k_note_limit)});
}

} // namespace streamgate::evaluate
