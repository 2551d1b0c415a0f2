// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/tests.hpp"

#include <cstddef>
#include <functional>
#include <string_view>

namespace streamgate::parse_junit {

// Limits of a row's texts, in bytes (record/tests.hpp).
inline constexpr std::size_t k_message_limit = std::size_t{4} << 10U;
inline constexpr std::size_t k_detail_limit = std::size_t{16} << 10U;

// Stands for the name of a test that has none. Such tests are never taken for one.
inline constexpr std::string_view k_unnamed = "(unnamed)";

// What a reader says of one test: a record::TestResult whose texts are borrowed until the call that passes it ends, so
// that a passing test costs no allocation. Texts are UTF-8.
struct Row {
  std::string_view id;
  std::string_view suite;
  std::string_view name;
  record::TestStatus status = record::TestStatus::passed;
  std::int64_t attempts = 1;
  double duration_s = 0;
  std::string_view message = {};
  std::string_view detail = {};
  bool flaky = false;
};

using RowSink = std::function<void(const Row&)>;

} // namespace streamgate::parse_junit
