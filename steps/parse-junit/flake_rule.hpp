// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/tests.hpp"

namespace streamgate::parse_junit {

// Several rows of one id become one, by the rule of OpenShift's flakes: a test that passed and failed has passed and is
// flaky; one that only failed has failed. A skip says nothing beside another row, and `missing` nothing beside any.
// Status, flaky and attempts do not depend on the order of the rows; texts and duration are of the first row that
// decides.
class FlakeRule {
public:
  // Take one more row.
  void add(record::TestResult row);
  // Return the one row: passed and flaky with the first failure's texts; attempts are those of all rows that ran.
  record::TestResult settled() const;

private:
  bool m_passed = false; // some attempt did
  bool m_bad = false;    // some attempt did not
  std::int64_t m_attempts = 0;
  double m_pass_duration = 0; // of the first that passed
  record::TestResult m_kept;  // whose texts are told
  bool m_any = false;
};

} // namespace streamgate::parse_junit
