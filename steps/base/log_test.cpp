// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/redact.hpp"
#include "base/time.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <thread>
#include <utility>

namespace streamgate {
namespace {

// Everything that `act` writes to descriptor 2.
std::string logged(const std::function<void()>& act, int pipe_flags = 0)
{
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return "no pipe";
  if (pipe_flags != 0) ::fcntl(ends[1], F_SETFL, pipe_flags);
  const int saved = ::dup(STDERR_FILENO);
  ::dup2(ends[1], STDERR_FILENO);
  ::close(ends[1]);
  std::string out;
  std::thread reader([&] {
    std::array<char, 4096> buffer;
    for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
      out.append(buffer.data(), static_cast<std::size_t>(got));
  });
  act();
  ::dup2(saved, STDERR_FILENO);
  ::close(saved);
  reader.join();
  ::close(ends[0]);
  return out;
}

struct Log : ::testing::Test {
  void SetUp() override { log::configure("probe", log::Format::text, log::Level::info); }
  void TearDown() override { redact::forget_all(); }
};

TEST_F(Log, TextSaysTheStepAndTheLevelOfWhatIsWrong)
{
  const auto out = logged([] {
    log::debug("hidden {}", 1);
    log::info("started {}", 2);
    log::warn("careful {}", 3);
    log::write(log::Level::error, "bad");
  });
  EXPECT_EQ(out, "probe: started 2\nprobe: warning: careful 3\nprobe: error: bad\n");
}

TEST_F(Log, TheLevelChoosesWhatIsWritten)
{
  log::configure("probe", log::Format::text, log::Level::debug);
  EXPECT_EQ(logged([] { log::debug("seen"); }), "probe: seen\n");
  log::configure("probe", log::Format::text, log::Level::warn);
  EXPECT_EQ(logged([] { log::info("hidden"); }), "");
}

TEST_F(Log, JsonIsOneObjectALine)
{
  log::configure("probe", log::Format::json, log::Level::info);
  const std::array<std::string, 6> messages{
      "plain", "two\nlines", "quote \" and \\", "bytes \xFF\x01", "password=\"hunter22\"", ""};
  for (const auto& message : messages) {
    const auto line = logged([&] { log::warn("{}", message); });
    ASSERT_FALSE(line.empty());
    EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
    const auto object = json::parse(line, "line");
    ASSERT_TRUE(object) << line;
    EXPECT_EQ(object->MemberCount(), 4U);
    EXPECT_EQ(json::text(*object, {"level"}), "warning");
    EXPECT_EQ(json::text(*object, {"step"}), "probe");
    EXPECT_NE(json::find(*object, {"msg"}), nullptr);
    EXPECT_TRUE(parse_rfc3339(json::text(*object, {"time"})));
  }
}

TEST_F(Log, IsRedactedInBothForms)
{
  redact::remember("s3cret-value");
  for (const auto format : {log::Format::text, log::Format::json}) {
    log::configure("probe", format, log::Level::info);
    const auto out = logged([] {
      log::info("value s3cret-value");
      log::info("Authorization: Bearer abcdefghijklmnop1");
      log::report(Error{ErrorCode::io, "m s3cret-value", {"c s3cret-value"}, "h s3cret-value"}, "r s3cret-value");
    });
    EXPECT_EQ(out.find("s3cret"), std::string::npos) << out;
    EXPECT_EQ(out.find("abcdefghijklmnop"), std::string::npos) << out;
  }
}

TEST_F(Log, AReportIsWholeAtEveryLevel)
{
  const Error error{ErrorCode::io, "no space", {"while writing"}, "free some"};
  for (const auto level : {log::Level::debug, log::Level::info, log::Level::warn}) {
    log::configure("probe", log::Format::text, level);
    EXPECT_EQ(logged([&] { log::report(error, "probe --x"); }),
              "probe: error: while writing: no space\nprobe: hint: free some\nprobe: to reproduce: probe --x\n");
  }
}

TEST_F(Log, AReportLeavesOutWhatThereIsNot)
{
  EXPECT_EQ(logged([] { log::report(Error{ErrorCode::io, "m"}, ""); }), "probe: error: m\n");
}

TEST_F(Log, WaitsForASlowReaderOfANonBlockingPipe)
{
  const std::string message(1'000'000, 'x');
  EXPECT_EQ(logged([&] { log::info("{}", message); }, O_NONBLOCK), "probe: " + message + "\n");
}

TEST_F(Log, LinesOfSeveralThreadsDoNotMix)
{
  const auto out = logged([] {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([t] {
        for (int i = 0; i < 200; ++i) log::info("{}", std::string(100, static_cast<char>('a' + t)));
      });
    }
    for (auto& thread : threads) thread.join();
  });
  std::size_t lines = 0;
  for (std::size_t at = 0; at < out.size(); ++lines) {
    const auto end = out.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    const auto line = out.substr(at, end - at);
    ASSERT_EQ(line.size(), 107U);
    EXPECT_EQ(line.find_first_not_of(line.back(), 7), std::string::npos) << line;
    at = end + 1;
  }
  EXPECT_EQ(lines, 800U);
}

} // namespace
} // namespace streamgate
