// SPDX-License-Identifier: Apache-2.0
#include "base/defaults.hpp"

#include "base/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace streamgate::defaults {
namespace {

constexpr std::size_t k_limit = std::size_t{64} << 10U;

// A ConfigMap's folder also holds `..data` and the folders behind it.
bool is_variable(std::string_view name)
{
  constexpr std::string_view k_first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  constexpr std::string_view k_digits = "0123456789";
  if (name.empty() || k_digits.contains(name.front())) return false;
  for (const auto c : name) {
    if (!k_first.contains(c) && !k_digits.contains(c)) return false;
  }
  return true;
}

// Options of one call: a site that set them would turn a red gate green, or a restore into nothing.
constexpr std::array k_of_one_call{"STREAMGATE_DRY_RUN",  "STREAMGATE_EXPLAIN",  "STREAMGATE_FAIL_MODE",
                                   "STREAMGATE_INSTANCE", "STREAMGATE_OVERRIDE", "STREAMGATE_RESTORE",
                                   "STREAMGATE_RESULT",   "STREAMGATE_RUN",      "STREAMGATE_RUN_DIR",
                                   "STREAMGATE_SHOW",     "STREAMGATE_TASK",     "STREAMGATE_VERIFY"};

} // namespace

Status load(const std::filesystem::path& folder)
{
  std::error_code problem;
  std::filesystem::directory_iterator entries(folder, problem);
  if (problem == std::errc::no_such_file_or_directory) return {};
  for (; !problem && entries != std::filesystem::directory_iterator(); entries.increment(problem)) {
    const auto name = entries->path().filename().string();
    if (!is_variable(name)) continue;
    if (std::ranges::find(k_of_one_call, name) != k_of_one_call.end())
      return fail(ErrorCode::bad_input, fmt::format("this site's defaults set {}, which is not a site's to set", name),
                  "take it out of the ConfigMap streamgate-defaults");
    SG_TRY_ASSIGN(auto value, during(file::read(entries->path(), k_limit), "while reading this site's defaults"));
    if (value.ends_with('\n')) value.pop_back();
    ::setenv(name.c_str(), value.c_str(), 0); // NOLINT(concurrency-mt-unsafe): before any thread
  }
  if (!problem) return {};
  return fail(ErrorCode::io, fmt::format("cannot read the defaults in {}: {}", folder.string(), problem.message()));
}

} // namespace streamgate::defaults
