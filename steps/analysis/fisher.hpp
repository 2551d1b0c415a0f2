// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace streamgate::analysis {

// Two rows of outcomes. No count is negative, and all together are below 2^31.
struct TwoByTwo {
  std::int64_t sample_failures = 0;
  std::int64_t sample_passes = 0;
  std::int64_t base_failures = 0;
  std::int64_t base_passes = 0;
};

// Fisher's exact test, one-sided: the probability (0 to 1) that at least `sample_failures` of all failures fall into
// the sample when sample and base fail alike, the sums of rows and columns being given: the right tail of the
// hypergeometric distribution. 1 for a table without failures or without a sample. Right to some 15 digits at any
// size; takes about as many steps as some ten standard deviations hold, so a millisecond for millions of runs.
double fisher_right_tail(const TwoByTwo& table);

} // namespace streamgate::analysis
