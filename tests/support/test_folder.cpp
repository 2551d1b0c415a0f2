// SPDX-License-Identifier: Apache-2.0
#include "support/test_folder.hpp"

#include "base/file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

namespace streamgate::test {

TestFolder::TestFolder()
{
  std::string path = (std::filesystem::temp_directory_path() / "streamgate-test-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) ADD_FAILURE() << "cannot make " << path;
  m_path = path;
}

TestFolder::~TestFolder()
{
  if (::testing::Test::HasFailure()) {
    std::cout << "Test data has been left in " << m_path.string() << "\n";
    return;
  }
  std::error_code ignored;
  std::filesystem::remove_all(m_path, ignored);
}

std::filesystem::path TestFolder::write(const std::string& relative, std::string_view content) const
{
  const auto written = file::write_atomic(m_path / relative, content);
  EXPECT_TRUE(written) << (written ? "" : written.error().text());
  return m_path / relative;
}

std::string TestFolder::read(const std::string& relative) const
{
  const auto content = file::read(m_path / relative, std::size_t{1} << 31U);
  EXPECT_TRUE(content) << (content ? "" : content.error().text());
  return content.value_or("");
}

} // namespace streamgate::test
