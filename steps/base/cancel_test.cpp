// SPDX-License-Identifier: Apache-2.0
#include "base/cancel.hpp"

#include <gtest/gtest.h>

#include <poll.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

namespace streamgate {
namespace {

using std::chrono::milliseconds;

bool readable(int fd)
{
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, 0) == 1;
}

TEST(Cancel, IsQuietUntilRequestedAndStaysRequested)
{
  Cancel cancel;
  EXPECT_FALSE(cancel.requested());
  EXPECT_FALSE(readable(cancel.fd()));
  EXPECT_TRUE(cancel.check());
  cancel.request();
  cancel.request();
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(cancel.requested());
    EXPECT_TRUE(readable(cancel.fd()));
    const auto status = cancel.check();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::cancelled);
  }
}

TEST(Cancel, SleepLastsAsLongAsAsked)
{
  const Cancel cancel;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(cancel.sleep(milliseconds(30)));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(30));
  EXPECT_TRUE(cancel.sleep(milliseconds(0)));
  EXPECT_TRUE(cancel.sleep(milliseconds(-5)));
}

TEST(Cancel, SleepEndsAtOnceWhenRequested)
{
  Cancel cancel;
  const auto begin = std::chrono::steady_clock::now();
  std::thread other([&] { cancel.request(); });
  const auto status = cancel.sleep(std::chrono::hours(24 * 365 * 90));
  other.join();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

// One process for each signal: the handlers are of the whole process, and the second signal is meant to kill.
void signalled_once(int number)
{
  const auto& cancel = Cancel::of_process();
  errno = 4711;
  std::raise(number);
  const bool kept = errno == 4711;
  std::_Exit(kept && cancel.requested() && &cancel == &Cancel::of_process() ? 42 : 1);
}

TEST(CancelDeathTest, SignalsRequestAndLeaveErrnoAlone)
{
  EXPECT_EXIT(signalled_once(SIGTERM), ::testing::ExitedWithCode(42), "");
  EXPECT_EXIT(signalled_once(SIGINT), ::testing::ExitedWithCode(42), "");
  EXPECT_EXIT(signalled_once(SIGHUP), ::testing::ExitedWithCode(42), "");
}

TEST(CancelDeathTest, TheSecondSignalEndsTheProcess)
{
  EXPECT_EXIT(
      {
        Cancel::of_process();
        std::raise(SIGTERM);
        std::raise(SIGTERM);
        std::_Exit(1);
      },
      ::testing::KilledBySignal(SIGTERM), "");
}

TEST(CancelDeathTest, AClosedPipeIsAnErrorOfWriteNotADeath)
{
  EXPECT_EXIT(
      {
        Cancel::of_process();
        std::raise(SIGPIPE);
        std::_Exit(42);
      },
      ::testing::ExitedWithCode(42), "");
}

} // namespace
} // namespace streamgate
