// SPDX-License-Identifier: Apache-2.0
#include "kube/line_buffer.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace streamgate::kube {
namespace {

std::vector<std::string> drain(LineBuffer& lines)
{
  std::vector<std::string> out;
  while (const auto line = lines.next()) out.emplace_back(*line);
  return out;
}

using Lines = std::vector<std::string>;

TEST(LineBuffer, GivesLinesHoweverTheyAreCut)
{
  const std::string text = "{\"a\":1}\n{\"b\":22}\r\n\n{\"c\":333}\nrest";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    LineBuffer lines;
    Lines got;
    for (std::size_t at = 0; at < text.size(); at += size) {
      ASSERT_TRUE(lines.append(std::string_view(text).substr(at, size)));
      for (auto& line : drain(lines)) got.push_back(std::move(line));
    }
    EXPECT_EQ(got, (Lines{"{\"a\":1}", "{\"b\":22}", "{\"c\":333}"})) << "pieces of " << size;
  }
}

TEST(LineBuffer, SeveralPiecesMayComeBeforeTheFirstLineIsTaken)
{
  LineBuffer lines;
  lines.append("a\nb");
  lines.append("c\n");
  EXPECT_EQ(lines.next(), "a");
  lines.append("d\ne");
  EXPECT_EQ(drain(lines), (Lines{"bc", "d"}));
  lines.append("\n");
  EXPECT_EQ(drain(lines), (Lines{"e"}));
}

TEST(LineBuffer, ClearForgetsAPart)
{
  LineBuffer lines;
  lines.append("half");
  lines.clear();
  lines.append("new\n");
  EXPECT_EQ(drain(lines), (Lines{"new"}));
}

TEST(LineBuffer, ALineWithoutEndIsRefused)
{
  LineBuffer lines(10);
  EXPECT_TRUE(lines.append("0123456789"));
  EXPECT_FALSE(lines.append("x"));
  LineBuffer ended(10);
  EXPECT_TRUE(ended.append("0123456789ab\n0123456789"));
  EXPECT_EQ(ended.next(), "0123456789ab");
}

} // namespace
} // namespace streamgate::kube
