// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "support/test_folder.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

namespace streamgate {
namespace {

namespace fs = std::filesystem;

std::size_t entries(const fs::path& folder)
{
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(FileRead, ReadsAWholeFileOfAnyBytes)
{
  const test::TestFolder folder;
  const std::string content = std::string("a\0b\xFF", 4) + std::string(200'000, 'x');
  EXPECT_EQ(file::read(folder.write("x", content)).value(), content);
  EXPECT_EQ(file::read(folder.write("empty", "")).value(), "");
  EXPECT_NE(file::read("/proc/self/status").value(), ""); // a size of 0 says nothing there
}

TEST(FileRead, NamesWhatIsNotThere)
{
  const auto content = file::read("/no/such/file");
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, ErrorCode::not_found);
  EXPECT_EQ(content.error().text(), "cannot read /no/such/file: No such file or directory");
}

TEST(FileRead, AFolderIsAnIoError)
{
  const test::TestFolder folder;
  const auto content = file::read(folder.path());
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, ErrorCode::io);
}

TEST(FileRead, RefusesWhatIsLargerThanTheLimit)
{
  const test::TestFolder folder;
  const auto path = folder.write("x", "12345");
  EXPECT_TRUE(file::read(path, 5));
  const auto content = file::read(path, 4);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, ErrorCode::bad_input);
  EXPECT_NE(content.error().text().find("larger than 4 bytes"), std::string::npos);
}

TEST(FileWriteAtomic, MakesFoldersAndLeavesNothingBeside)
{
  const test::TestFolder folder;
  const auto path = folder.path() / "a/b/c.json";
  ASSERT_TRUE(file::write_atomic(path, "one"));
  ASSERT_TRUE(file::write_atomic(path, "two"));
  EXPECT_EQ(file::read(path).value(), "two");
  EXPECT_EQ(entries(path.parent_path()), 1U);
}

TEST(FileWriteAtomic, OthersMayRead)
{
  const test::TestFolder folder;
  const auto mask = ::umask(077);
  const auto written = file::write_atomic(folder.path() / "x", "x");
  ::umask(mask);
  ASSERT_TRUE(written);
  EXPECT_EQ(fs::status(folder.path() / "x").permissions(), fs::perms(0644));
}

TEST(FileWriteAtomic, AReaderNeverSeesAPart)
{
  const test::TestFolder folder;
  const auto path = folder.path() / "x";
  const std::vector<std::string> contents{std::string(300'000, 'a'), std::string(300'000, 'b')};
  ASSERT_TRUE(file::write_atomic(path, contents[0]));
  std::thread writer([&] {
    for (std::size_t i = 0; i < 50; ++i) EXPECT_TRUE(file::write_atomic(path, contents[i % 2]));
  });
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(std::ranges::count(contents, file::read(path).value_or("?")) == 1);
  writer.join();
}

TEST(FileWriteAtomic, AnErrorLeavesTheOldFileAndNoTemporaryOne)
{
  const test::TestFolder folder;
  folder.write("busy/inside", "x");
  const auto written = file::write_atomic(folder.path() / "busy", "new");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::io);
  EXPECT_NE(written.error().text().find("busy"), std::string::npos);
  EXPECT_EQ(entries(folder.path()), 1U);
  EXPECT_EQ(folder.read("busy/inside"), "x");
}

TEST(FileWriteAtomic, AFileInTheWayOfAFolderIsAnIoError)
{
  const test::TestFolder folder;
  folder.write("x", "");
  for (const auto& status : {file::write_atomic(folder.path() / "x/y", ""), file::append(folder.path() / "x/y", ""),
                             file::check_writable(folder.path() / "x/y")}) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::io);
    EXPECT_NE(status.error().text().find("cannot make folder"), std::string::npos);
  }
}

TEST(FileWriteAtomic, AnEmptyPathIsAnIoError)
{
  EXPECT_EQ(file::write_atomic("", "x").error().code, ErrorCode::io);
}

TEST(FileWriteAtomic, AProcFolderIsAnIoErrorThoughItSaysNoSuchFile)
{
  for (const auto& status :
       {file::write_atomic("/proc/x", "x"), file::check_writable("/proc/x"), file::append("/proc/x", "x")}) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::io) << status.error().text();
  }
}

TEST(FileWriteAtomic, APipeOrDeviceStaysOne)
{
  auto folder = file::TemporaryFolder::make("file");
  ASSERT_TRUE(folder);
  const auto pipe = folder->path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::filesystem::create_symlink("pipe", folder->path() / "link");
  const int reader = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  EXPECT_TRUE(file::check_writable(folder->path() / "link"));
  EXPECT_TRUE(file::write_atomic(folder->path() / "link", "through"));
  std::array<char, 16> got{};
  EXPECT_EQ(::read(reader, got.data(), got.size()), 7);
  ::close(reader);
  EXPECT_STREQ(got.data(), "through");
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  EXPECT_TRUE(std::filesystem::is_symlink(folder->path() / "link"));
}

TEST(FileCheckWritable, ChangesNothing)
{
  const test::TestFolder folder;
  folder.write("x", "old");
  EXPECT_TRUE(file::check_writable(folder.path() / "x"));
  EXPECT_TRUE(file::check_writable(folder.path() / "y"));
  EXPECT_EQ(folder.read("x"), "old");
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(FileCheckWritable, AFolderInTheFilesPlaceIsFoundBeforeWriting)
{
  const test::TestFolder folder;
  const auto status = file::check_writable(folder.path());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::io);
  EXPECT_NE(status.error().text().find("is a folder"), std::string::npos);
}

TEST(FileAppend, AddsAtTheEnd)
{
  const test::TestFolder folder;
  ASSERT_TRUE(file::append(folder.path() / "a/log", "one\n"));
  ASSERT_TRUE(file::append(folder.path() / "a/log", "two\n"));
  EXPECT_EQ(folder.read("a/log"), "one\ntwo\n");
}

TEST(TemporaryFolder, GoesWithItsContents)
{
  fs::path path;
  {
    const auto folder = file::TemporaryFolder::make("streamgate-file-test");
    ASSERT_TRUE(folder);
    path = folder->path();
    EXPECT_TRUE(path.filename().string().starts_with("streamgate-file-test-"));
    ASSERT_TRUE(file::write_atomic(path / "a/b", "x"));
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(TemporaryFolder, MovingMakesOneOwner)
{
  auto first = file::TemporaryFolder::make("streamgate-file-test");
  ASSERT_TRUE(first);
  const auto path = first->path();
  {
    const file::TemporaryFolder second(std::move(*first));
    EXPECT_EQ(second.path(), path);
    EXPECT_TRUE(fs::exists(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

} // namespace
} // namespace streamgate
