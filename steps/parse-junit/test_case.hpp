// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/row.hpp"

#include <string>
#include <string_view>

namespace streamgate::parse_junit {

// Parse JUnit's `time`: seconds, perhaps with separators of thousands ("1,234.5") or a decimal comma ("0,25"). What is
// empty, negative or no number is 0: a duration decides nothing.
double seconds(std::string_view text);

// Return the first line of `text` that says something: not blank, not one of go test's own markers ("=== RUN").
std::string_view telling_line(std::string_view text);

// One testcase on its way from start tag to end tag. The object is used again for the next one, so that memory is
// allocated for the first few only.
class TestCase {
public:
  // `flake`: an earlier attempt of a test that passed; the reruns: later ones of a test that never did.
  enum class Outcome { failure, error, skipped, flake, rerun_failure, rerun_error };

  // Begin with a fresh test.
  void begin(std::string_view suite, std::string_view group, std::string_view name, double duration_s);
  // Note what an attribute of the test says by the word `said`; a child may say more of it.
  void status(Outcome outcome, std::string_view said);
  // Note a child element that says how the test ended, with its attribute `message` and `type` ("" when absent).
  void outcome(Outcome outcome, std::string_view message, std::string_view type);
  // Note an attempt of which nothing more is known: a `flake` or a rerun.
  void attempt(Outcome outcome) { worsen(outcome); }
  // Add character data of the last outcome, or of the output of a failed test.
  void text(std::string_view text);
  // True when output beside the failure would be the only detail.
  bool wants_output() const;
  // Return the row. Its texts live until the next `begin`.
  Row row();

private:
  bool bad() const;
  void worsen(Outcome outcome);
  void settle_text();

  std::string m_id;
  std::string_view m_suite; // borrowed: the reader's
  std::size_t m_name_at = 0;
  record::TestStatus m_status = record::TestStatus::passed;
  std::int64_t m_attempts = 1;
  double m_duration_s = 0;
  std::string m_message;
  std::string m_type;
  std::string m_detail;
  bool m_has_outcome = false;
  bool m_flaked = false; // an earlier attempt failed
};

} // namespace streamgate::parse_junit
