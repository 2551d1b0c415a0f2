// SPDX-License-Identifier: Apache-2.0
#include "publish/folder_lock.hpp"
#include "support/test_folder.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace streamgate::publish {
namespace {

using namespace std::chrono_literals;

TEST(FolderLock, IsOneAtATime)
{
  const test::TestFolder folder;
  const Cancel cancel;
  const auto path = folder.path() / "site";
  {
    auto first = FolderLock::take(path, 0ms, cancel);
    ASSERT_TRUE(first) << first.error().text();
    const FolderLock moved(std::move(*first));
    const auto second = FolderLock::take(path, 1ms, cancel);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::timeout);
  }
  EXPECT_TRUE(FolderLock::take(path, 0ms, cancel)) << "it ends with its life";
  EXPECT_TRUE(std::filesystem::is_empty(path));
}

TEST(FolderLock, WaitingIsCancelled)
{
  const test::TestFolder folder;
  const Cancel cancel;
  const auto first = FolderLock::take(folder.path(), 0ms, cancel);
  ASSERT_TRUE(first);
  Cancel cancelled;
  cancelled.request();
  EXPECT_EQ(FolderLock::take(folder.path(), 1h, cancelled).error().code, ErrorCode::cancelled);
}

TEST(FolderLock, WhatIsNoFolder)
{
  const test::TestFolder folder;
  const Cancel cancel;
  folder.write("file", "x");
  EXPECT_EQ(FolderLock::take(folder.path() / "file", 0ms, cancel).error().code, ErrorCode::io);
}

} // namespace
} // namespace streamgate::publish
