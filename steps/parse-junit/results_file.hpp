// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "parse-junit/row.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace streamgate::parse_junit {

// Writes results.json row by row in constant memory: a temporary file beside it that `finish` renames. Without `finish`
// nothing stays behind.
class ResultsFile {
public:
  // Error: io.
  static Result<ResultsFile> create(const std::filesystem::path& path);
  ResultsFile(ResultsFile&& other) noexcept;
  ResultsFile& operator=(ResultsFile&&) = delete;
  ~ResultsFile();

  // Take one row and count it. A failed write is reported by `finish`.
  void put(const Row& row);
  // The counts so far, `planned` aside.
  const record::TestCounts& counts() const;
  // Write `planned` and the counts, then the sources, and put the file in place. Error: io.
  Status finish(std::int64_t planned, const std::vector<record::ResultSource>& sources);

private:
  struct Impl;
  explicit ResultsFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

} // namespace streamgate::parse_junit
