// SPDX-License-Identifier: Apache-2.0
#include "analysis/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace streamgate::analysis {

std::string say_rate(std::int64_t good, std::int64_t of)
{
  const bool mixed = good > 0 && good < of;
  const auto percent = std::llround(100.0 * static_cast<double>(good) / static_cast<double>(of));
  return fmt::format("{} of {} ({} %)", good, of, mixed ? std::clamp(percent, 1LL, 99LL) : percent);
}

std::string say_p(double p)
{
  if (p < 0.0001) return "p < 0.0001";
  return p < 0.1 ? fmt::format("p = {:.4f}", p) : fmt::format("p = {:.2f}", p);
}

std::string say_chance(double p, std::chrono::days window)
{
  std::string trials = fmt::format("windows of {}", say_days(window));
  if (window == std::chrono::days(7)) trials = "weeks";
  if (window == std::chrono::days(1)) trials = "days";
  const std::string chance = "chance alone would do that in";
  if (p < 0.0001) return fmt::format("{} less than 1 of 10,000 {}", chance, trials);
  if (p < 0.001) return fmt::format("{} {} of 10,000 {}", chance, std::llround(p * 10'000), trials);
  if (p < 0.01) return fmt::format("{} {} of 1,000 {}", chance, std::llround(p * 1'000), trials);
  return fmt::format("{} {} of 100 {}", chance, std::llround(p * 100), trials);
}

std::string say_days(std::chrono::days days)
{
  return fmt::format("{} day{}", days.count(), days.count() == 1 ? "" : "s");
}

} // namespace streamgate::analysis
