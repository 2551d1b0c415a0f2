// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "parse-junit/row.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace streamgate::parse_junit {

// Writes results.json row by row in constant memory: a temporary file beside it that `finish` renames. Without `finish`
// nothing stays behind. A row's bytes are those that the codec gives for the same record::TestResult (a test compares
// them); it is written by hand because the codec's price per row is more than that of parsing it.
class ResultsFile {
public:
  // Error: io.
  static Result<ResultsFile> create(const std::filesystem::path& path);
  ResultsFile(ResultsFile&& other) noexcept;
  ResultsFile& operator=(ResultsFile&&) = delete;
  ~ResultsFile();

  // Write one row, its failure texts redacted and cut to their limits, and count it. A failed write is reported by
  // `finish`.
  void put(const Row& row);
  // The counts so far, `planned` aside.
  const record::TestCounts& counts() const { return m_counts; }
  // Write `planned` and the counts, then the sources, and put the file in place. Error: io.
  Status finish(std::int64_t planned, const std::vector<record::ResultSource>& sources);

private:
  ResultsFile(int fd, std::filesystem::path path, std::string temporary);
  void flush();
  Status complete();

  int m_fd;
  std::filesystem::path m_path;
  std::string m_temporary; // "" once renamed
  std::string m_buffer;
  int m_errno = 0; // of the first write that failed
  record::TestCounts m_counts;
};

} // namespace streamgate::parse_junit
