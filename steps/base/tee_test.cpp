// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"
#include "base/tee.hpp"
#include "support/test_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <vector>

namespace streamgate {
namespace {

using process::Stream;

class TeeTest : public ::testing::Test {
protected:
  ~TeeTest() override { redact::forget_all(); }
  test::TestFolder m_folder;
};

TEST_F(TeeTest, hands_on_whole_lines_and_the_rest_on_flush)
{
  auto tee = Tee::open(m_folder.path() / "deep/er/log").value();
  std::vector<std::string> lines;
  tee.on_line = [&](Stream, std::string_view line) { lines.emplace_back(line); };
  tee.write(Stream::out, "one\ntw");
  EXPECT_EQ(lines, (std::vector<std::string>{"one"}));
  tee.write(Stream::out, "o\n\nthree");
  ASSERT_TRUE(tee.flush());
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "", "three"}));
  EXPECT_EQ(m_folder.read("deep/er/log"), "one\ntwo\n\nthree\n");
}

TEST_F(TeeTest, redacts_a_secret_that_comes_in_two_pieces)
{
  redact::remember("s3cr3t-value");
  auto tee = Tee::open(m_folder.path() / "log").value();
  tee.write(Stream::err, "before s3cr3t");
  tee.write(Stream::err, "-value after\n");
  ASSERT_TRUE(tee.flush());
  EXPECT_EQ(m_folder.read("log"), "before [redacted] after\n");
}

TEST_F(TeeTest, does_not_mix_the_lines_of_two_streams)
{
  auto tee = Tee::open(m_folder.path() / "log").value();
  tee.write(Stream::out, "out ");
  tee.write(Stream::err, "err\n");
  tee.write(Stream::out, "more\n");
  EXPECT_EQ(m_folder.read("log"), "err\nout more\n");
}

TEST_F(TeeTest, keeps_the_lines_of_a_private_key_together)
{
  auto tee = Tee::open(m_folder.path() / "log").value();
  tee.write(Stream::out, "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA");
  tee.write(Stream::out, "abcdef\nqwertyuiop\n");
  EXPECT_EQ(m_folder.read("log"), "a\n");
  tee.write(Stream::out, "-----END RSA PRIVATE KEY-----\nz\n");
  const auto log = m_folder.read("log");
  EXPECT_EQ(log.find("qwertyuiop"), std::string::npos) << log;
  EXPECT_EQ(log.find("MIIE"), std::string::npos) << log;
  EXPECT_TRUE(log.ends_with("z\n")) << log;
}

TEST_F(TeeTest, a_public_certificate_is_not_held_back)
{
  auto tee = Tee::open(m_folder.path() / "log").value();
  tee.write(Stream::out, "-----BEGIN CERTIFICATE-----\nMIIB\n");
  EXPECT_NE(m_folder.read("log").find("MIIB"), std::string::npos);
}

TEST_F(TeeTest, a_log_that_cannot_be_made_is_an_error)
{
  m_folder.write("file", "x");
  const auto tee = Tee::open(m_folder.path() / "file/log");
  ASSERT_FALSE(tee);
  EXPECT_EQ(tee.error().code, ErrorCode::io);
}

TEST_F(TeeTest, a_log_that_cannot_be_written_whole_is_an_error)
{
  auto tee = Tee::open("/dev/full");
  ASSERT_TRUE(tee);
  tee->write(Stream::out, "x\n");
  const auto flushed = tee->flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().code, ErrorCode::io);
}

} // namespace
} // namespace streamgate
