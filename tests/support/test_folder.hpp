// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace streamgate::test {

// A folder of its own for a test: removed when the test passed, kept and named on stdout when it failed.
class TestFolder {
public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return m_path; }
  // Write a file (folders are made) and return its path.
  std::filesystem::path write(const std::string& relative, std::string_view content) const;
  // Read a file; "" and a test failure when it is absent.
  std::string read(const std::string& relative) const;

private:
  std::filesystem::path m_path;
};

} // namespace streamgate::test
