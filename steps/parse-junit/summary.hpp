// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "parse-junit/results_file.hpp"
#include "record/tests.hpp"

#include <string>
#include <vector>

namespace streamgate::parse_junit {

// What `--output json` prints.
struct Summary {
  std::string file;
  record::TestCounts counts;
  std::int64_t unplanned = 0; // rows of tests that were not listed, in suites that were
  std::vector<record::ResultSource> sources;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("file", self.file);
    visit("counts", self.counts);
    visit("unplanned", self.unplanned);
    visit("sources", self.sources);
  }
};

// Return what people read: the counts, the first tests that are not good, the flaky ones, the sources.
std::string text_of(const Summary& summary, const Told& told);

} // namespace streamgate::parse_junit
