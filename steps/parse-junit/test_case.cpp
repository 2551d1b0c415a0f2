// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/test_case.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace streamgate::parse_junit {
namespace {

// More is kept than a row may hold, so that a secret that begins within the limit is still whole when it is redacted.
constexpr std::size_t k_slack = std::size_t{4} << 10U;

// Append what fits below `limit`, cut between characters.
void append_bounded(std::string& out, std::string_view text, std::size_t limit)
{
  if (out.size() >= limit) return;
  auto fits = std::min(text.size(), limit - out.size());
  while (fits < text.size() && fits > 0 && (static_cast<unsigned char>(text[fits]) & 0xC0U) == 0x80U) --fits;
  out.append(text, 0, fits);
}

bool parse_double(std::string_view text, double& out)
{
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  return problem == std::errc{} && end == text.data() + text.size();
}

std::string_view trimmed(std::string_view text)
{
  constexpr std::string_view k_blank = " \t\r\n";
  const auto first = text.find_first_not_of(k_blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(k_blank) - first + 1);
}

// gotestsum gives every failed test this message; what it says is in the body.
bool says_nothing(std::string_view message)
{
  return message.empty() || message == "Failed";
}

// Gauge's XML plugin writes "<step>\nStep Execution Failure: '<error>'": the error is the telling part.
std::string_view gauge_error(std::string_view message)
{
  for (const std::string_view mark : {" Execution Failure: '", " Pre Hook Failure: '", " Post Hook Failure: '"}) {
    const auto at = message.find(mark);
    if (at == std::string_view::npos || message.find('\n') > at) continue;
    auto error = message.substr(at + mark.size());
    if (error.ends_with('\'')) error.remove_suffix(1);
    return error;
  }
  return message;
}

} // namespace

double seconds(std::string_view text)
{
  double value = 0;
  if (!parse_double(text, value)) {
    std::string plain;
    const bool decimal_comma = text.find('.') == std::string_view::npos && std::ranges::count(text, ',') == 1 &&
                               text.size() - text.find(',') != 4;
    for (const char c : trimmed(text)) {
      if (c == ',' && decimal_comma) plain += '.';
      else if (c != ',') plain += c;
    }
    if (!parse_double(plain, value)) return 0;
  }
  return std::isfinite(value) && value > 0 ? value : 0;
}

std::string_view telling_line(std::string_view text)
{
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    const bool marker = line.starts_with("=== ") || line.starts_with("--- FAIL") || line.starts_with("--- SKIP");
    if (!line.empty() && !marker) return line;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

void TestCase::begin(std::string_view suite, std::string_view group, std::string_view name, double duration_s)
{
  m_id.assign(suite) += '/';
  if (!group.empty()) m_id.append(group) += '/';
  m_name_at = m_id.size();
  m_id.append(name.empty() ? k_unnamed : name);
  m_suite = suite;
  m_status = record::TestStatus::passed;
  m_attempts = 1;
  m_duration_s = duration_s;
  m_message.clear();
  m_type.clear();
  m_detail.clear();
  m_has_outcome = false;
  m_flaked = false;
}

// A failure outweighs an error, and both outweigh a skip: a test that says two things is never better than the worse.
void TestCase::worsen(Outcome outcome)
{
  using record::TestStatus;
  switch (outcome) {
  case Outcome::failure:
    m_status = TestStatus::failed;
    break;
  case Outcome::error:
    if (m_status != TestStatus::failed) m_status = TestStatus::error;
    break;
  case Outcome::skipped:
    if (m_status == TestStatus::passed) m_status = TestStatus::skipped;
    break;
  case Outcome::flake:
    ++m_attempts;
    m_flaked = true;
    break;
  case Outcome::rerun_failure:
  case Outcome::rerun_error:
    ++m_attempts;
    if (!bad()) m_status = outcome == Outcome::rerun_error ? TestStatus::error : TestStatus::failed;
    break;
  }
}

void TestCase::status(Outcome outcome, std::string_view said)
{
  worsen(outcome);
  if (bad() && m_type.empty()) append_bounded(m_type, said, k_message_limit);
}

void TestCase::outcome(Outcome outcome, std::string_view message, std::string_view type)
{
  using record::TestStatus;
  const auto before = m_status;
  worsen(outcome);
  const bool weightier = m_status != before && before != TestStatus::error;
  const bool own = outcome == Outcome::failure || outcome == Outcome::error || outcome == Outcome::skipped;
  if (!m_has_outcome || (weightier && own)) {
    m_message.clear();
    append_bounded(m_message, message, k_detail_limit);
    m_type.clear();
    append_bounded(m_type, type, k_message_limit);
  } else if (!message.empty()) {
    append_bounded(m_detail, "\nand: ", k_detail_limit + k_slack);
    append_bounded(m_detail, message, k_detail_limit + k_slack);
  }
  if (!m_detail.empty()) append_bounded(m_detail, "\n", k_detail_limit + k_slack);
  m_has_outcome = true;
}

void TestCase::text(std::string_view text)
{
  append_bounded(m_detail, text, k_detail_limit + k_slack);
}

bool TestCase::wants_output() const
{
  return bad() && trimmed(m_detail).empty();
}

bool TestCase::bad() const
{
  return m_status == record::TestStatus::failed || m_status == record::TestStatus::error;
}

// Make the message one line, and keep what that leaves out in the detail.
void TestCase::settle_text()
{
  const auto whole = trimmed(m_message);
  auto line = telling_line(says_nothing(whole) ? std::string_view(m_detail) : gauge_error(whole));
  if (line.empty()) line = whole.empty() ? std::string_view(m_type) : whole;
  std::string message;
  append_bounded(message, line, k_message_limit + k_slack);
  if (whole.find('\n') != std::string_view::npos && m_detail.find(whole) == std::string::npos) {
    m_detail.insert(0, std::string(whole) + "\n");
  }
  m_message = std::move(message);
}

Row TestCase::row()
{
  if (m_has_outcome || bad()) settle_text();
  const std::string_view id = m_id;
  const bool flaky = m_flaked && m_status == record::TestStatus::passed;
  return {id, m_suite, id.substr(m_name_at), m_status, m_attempts, m_duration_s, m_message, trimmed(m_detail), flaky};
}

} // namespace streamgate::parse_junit
