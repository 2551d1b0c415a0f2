// SPDX-License-Identifier: Apache-2.0
#include "analysis/fisher.hpp"

#include <algorithm>
#include <limits>

namespace streamgate::analysis {
namespace {

// The hypergeometric distribution: how many of the failures fall into the sample.
struct Distribution {
  std::int64_t all;
  std::int64_t failures;
  std::int64_t sample;

  std::int64_t low() const { return std::max<std::int64_t>(0, sample - (all - failures)); }
  std::int64_t high() const { return std::min(sample, failures); }
  std::int64_t mode() const { return (sample + 1) * (failures + 1) / (all + 2); }

  // P(x + 1) / P(x)
  long double ratio(std::int64_t x) const
  {
    const auto up = static_cast<long double>(failures - x) * static_cast<long double>(sample - x);
    const auto down = static_cast<long double>(x + 1) * static_cast<long double>(all - failures - sample + x + 1);
    return up / down;
  }
};

// Weights below this part of a sum change no digit of it as a double.
constexpr long double k_negligible = 1e-21L;
// Below this a weight has lost its digits, and never gets to 0; no double is so small.
constexpr long double k_least = std::numeric_limits<long double>::min();

} // namespace

// The weights are taken relative to the largest one, by the ratios of neighbours, and divided by their sum. The usual
// way, by differences of log-gamma, gives the same number with digits lost: half of them for millions of runs.
double fisher_right_tail(const TwoByTwo& table)
{
  const Distribution of{table.sample_failures + table.sample_passes + table.base_failures + table.base_passes,
                        table.sample_failures + table.base_failures, table.sample_failures + table.sample_passes};
  long double below = 0;
  long double tail = 0;
  const auto add = [&](std::int64_t x, long double of_x) { (x >= table.sample_failures ? tail : below) += of_x; };
  const std::int64_t mode = std::clamp(of.mode(), of.low(), of.high());
  add(mode, 1);
  long double weight = 1;
  // On the way to the tail no weight is negligible: the tail is all that counts.
  for (std::int64_t x = mode; x < of.high() && weight > std::max(tail * k_negligible, k_least); ++x) {
    weight *= of.ratio(x);
    add(x + 1, weight);
  }
  weight = 1;
  for (std::int64_t x = mode; x > of.low() && weight > (tail + below) * k_negligible; --x) {
    weight /= of.ratio(x - 1);
    add(x - 1, weight);
  }
  return static_cast<double>(tail / (tail + below));
}

} // namespace streamgate::analysis
