// SPDX-License-Identifier: Apache-2.0
#include "analysis/fisher.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace streamgate::analysis {
namespace {

struct Row {
  TwoByTwo table;
  std::string p; // as it stands in the file: some are too small for a double
};

// Made by exact arithmetic: tests/fixtures/statistics/generate.py.
std::vector<Row> reference()
{
  std::ifstream in(STREAMGATE_SOURCE_DIR "/tests/fixtures/statistics/fisher.tsv");
  std::vector<Row> out;
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    Row row;
    cells >> row.table.sample_failures >> row.table.sample_passes >> row.table.base_failures >> row.table.base_passes >>
        row.p;
    out.push_back(row);
  }
  return out;
}

TEST(Fisher, AgreesWithExactArithmetic)
{
  const auto rows = reference();
  ASSERT_GT(rows.size(), 250U);
  for (const auto& [table, p] : rows) {
    const double exact = std::strtod(p.c_str(), nullptr);
    EXPECT_NEAR(fisher_right_tail(table), exact, exact * 1e-13)
        << table.sample_failures << " " << table.sample_passes << " " << table.base_failures << " "
        << table.base_passes;
  }
}

// Figures that others have published.
TEST(Fisher, AgreesWithPublishedFigures)
{
  // R, ?fisher.test: the lady tasting tea, alternative = "greater".
  EXPECT_NEAR(fisher_right_tail({3, 1, 1, 3}), 0.2429, 0.00005);
  // R, ?fisher.test: convictions of twins, alternative = "less"; the same table with its columns changed.
  EXPECT_NEAR(fisher_right_tail({10, 2, 3, 15}), 0.0004652, 0.00000005);
  // scipy, scipy.stats.fisher_exact: ships in two oceans, alternative = "greater".
  EXPECT_NEAR(fisher_right_tail({6, 2, 1, 4}), 0.0862, 0.00005);
}

// Pascal's triangle up to 30, in integers.
std::array<std::array<std::int64_t, 31>, 31> binomials()
{
  std::array<std::array<std::int64_t, 31>, 31> out{};
  for (std::size_t n = 0; n <= 30; ++n) {
    out[n][0] = 1;
    for (std::size_t k = 1; k <= n; ++k) out[n][k] = out[n - 1][k - 1] + out[n - 1][k];
  }
  return out;
}

template <class Do>
void for_all_tables(std::int64_t all, Do act)
{
  for (std::int64_t a = 0; a <= all; ++a) {
    for (std::int64_t b = 0; a + b <= all; ++b) {
      for (std::int64_t c = 0; a + b + c <= all; ++c) act(TwoByTwo{a, b, c, all - a - b - c});
    }
  }
}

TEST(Fisher, AgreesWithCountingForAllSmallTables)
{
  const auto choose = binomials();
  const auto ways = [&](std::int64_t n, std::int64_t k) {
    return k < 0 || k > n ? 0 : choose[static_cast<std::size_t>(n)][static_cast<std::size_t>(k)];
  };
  std::int64_t tables = 0;
  for (std::int64_t all = 0; all <= 30; ++all) {
    for_all_tables(all, [&](const TwoByTwo& table) {
      const std::int64_t failures = table.sample_failures + table.base_failures;
      const std::int64_t sample = table.sample_failures + table.sample_passes;
      std::int64_t tail = 0;
      for (std::int64_t x = table.sample_failures; x <= sample; ++x)
        tail += ways(failures, x) * ways(all - failures, sample - x);
      const double exact = static_cast<double>(tail) / static_cast<double>(ways(all, sample));
      ++tables;
      const double p = fisher_right_tail(table);
      if (std::abs(p - exact) > exact * 1e-14) ADD_FAILURE() << all << " " << sample << " " << failures << " " << p;
    });
  }
  EXPECT_EQ(tables, 46376); // (34 choose 4)
}

TEST(Fisher, TailsFallFromOne)
{
  for (const auto& [sample, failures, all] :
       std::vector<std::array<std::int64_t, 3>>{{10, 20, 60}, {500, 30, 9000}, {3000, 700, 1'000'000}, {7, 7, 7}}) {
    const std::int64_t low = std::max<std::int64_t>(0, sample + failures - all);
    double before = 2;
    for (std::int64_t x = low; x <= std::min(sample, failures); ++x) {
      const double p = fisher_right_tail({x, sample - x, failures - x, all - sample - failures + x});
      if (x == low) {
        EXPECT_EQ(p, 1);
      }
      EXPECT_LE(p, before) << x;
      if (p < 0.999 && p > 1e-300) {
        EXPECT_LT(p, before) << x;
      }
      before = p;
    }
  }
}

TEST(Fisher, IsSymmetric)
{
  for (const auto& [table, p] : reference()) {
    const auto [a, b, c, d] = table;
    const double tail = fisher_right_tail(table);
    // Rows and columns change places; sample and base do, with failures and passes.
    EXPECT_NEAR(fisher_right_tail({a, c, b, d}), tail, tail * 1e-13);
    EXPECT_NEAR(fisher_right_tail({d, c, b, a}), tail, tail * 1e-13);
    // At least a, or at most a - 1.
    if (a > 0 && d > 0) {
      const double rest = fisher_right_tail({b + 1, a - 1, d - 1, c + 1});
      EXPECT_NEAR(tail + rest, 1, 1e-13);
    }
  }
}

// What is usually done: the logarithms of the binomials by log-gamma.
TEST(Fisher, AgreesWithLogGamma)
{
  const auto log_choose = [](double n, double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
  };
  for (std::int64_t failed = 0; failed <= 200; ++failed) {
    double sum = 0;
    for (std::int64_t x = failed; x <= 200; ++x) {
      const auto out_of = static_cast<double>(x);
      sum += std::exp(log_choose(400, out_of) + log_choose(4600, 200 - out_of) - log_choose(5000, 200));
    }
    EXPECT_NEAR(fisher_right_tail({failed, 200 - failed, 400 - failed, 4400 + failed}), sum, sum * 1e-8);
  }
}

TEST(Fisher, ExtremesNeitherOverflowNorTakeLong)
{
  constexpr std::int64_t k_million = 1'000'000;
  EXPECT_EQ(fisher_right_tail({0, 500 * k_million, 0, 500 * k_million}), 1);
  EXPECT_EQ(fisher_right_tail({500 * k_million, 0, 500 * k_million, 0}), 1);
  EXPECT_EQ(fisher_right_tail({500 * k_million, 0, 0, 500 * k_million}), 0); // below the least double
  EXPECT_EQ(fisher_right_tail({0, 500 * k_million, 500 * k_million, 0}), 1);
  const double half = fisher_right_tail({250 * k_million, 250 * k_million, 250 * k_million, 250 * k_million});
  EXPECT_NEAR(half, 0.5, 0.001);
  EXPECT_GT(half, 0.5);
}

} // namespace
} // namespace streamgate::analysis
