// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

// Figures as people read them.
namespace streamgate::analysis {

// "58 of 60 (97 %)"; 100 % and 0 % only where all or none passed. `of` is above 0.
std::string say_rate(std::int64_t good, std::int64_t of);

// "p = 0.0002", "p < 0.0001"
std::string say_p(double p);

// What a p-value means: "chance alone would do that in 2 of 10,000 weeks". `window`: the time that one trial takes.
std::string say_chance(double p, std::chrono::days window);

// "7 days", "1 day"
std::string say_days(std::chrono::days days);

} // namespace streamgate::analysis
