// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "parse-junit/ctrf_text.hpp"
#include "parse-junit/row.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace streamgate::parse_junit {

// The first rows that people want to hear of, in their order; the number is bounded, and so is their memory.
struct Told {
  static constexpr std::size_t k_most_bad = 50;
  static constexpr std::size_t k_most_flaky = 20;

  std::vector<record::TestResult> bad; // failed, error or missing
  std::vector<record::TestResult> flaky;

  // Return where a row belongs that is not there yet, nullptr for none.
  std::vector<record::TestResult>* place_for(record::TestStatus status, bool is_flaky);
};

// Writes results.json, and ctrf.json beside it, row by row in constant memory: temporary files that `finish` renames.
// Files of an earlier reading go when this one begins: without `finish` nothing stays behind. Rows with one id become
// one (FlakeRule); what has a secret's shape is redacted and texts are cut to their limits.
class ResultsFile {
public:
  // Error: io.
  static Result<ResultsFile> create(const std::filesystem::path& path);
  ResultsFile(ResultsFile&& other) noexcept;
  ResultsFile& operator=(ResultsFile&&) = delete;
  ~ResultsFile();

  // Take one row. A failed write is reported by `finish`.
  void put(const Row& row);
  // Settle the ids that several rows have, write `planned` and the counts, then the sources, and put both files in
  // place. Nothing may be put after. Error: io.
  Status finish(std::int64_t planned, const std::vector<record::ResultSource>& sources, RunTimes times = {});
  // Of the rows as they were settled.
  const record::TestCounts& counts() const;
  const Told& told() const;

private:
  struct Impl;
  explicit ResultsFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

} // namespace streamgate::parse_junit
