// SPDX-License-Identifier: Apache-2.0
#include "notify/history.hpp"

#include "base/log.hpp"
#include "record/schema.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <vector>

namespace streamgate::notify {
namespace {

// A line that is longer is none of ours: 100,000 tests make about 20 MB.
constexpr std::streamoff k_longest_line = std::streamoff{128} << 20U;

Result<record::HistoryRun> parse(const std::string& line)
{
  SG_TRY_ASSIGN(const json::Document document, json::parse(line, "line"));
  SG_TRY(record::check_schema(document, record::HistoryRun::k_schema, "line"));
  return from_json<record::HistoryRun>(document, "line");
}

struct Line {
  std::streamoff begin;
  std::streamoff size;
};

// Where the lines are, found with constant memory for their text.
std::vector<Line> lines_of(std::ifstream& in)
{
  std::vector<Line> out;
  std::array<char, 65536> piece{};
  std::streamoff at = 0;
  std::streamoff begin = 0;
  while (in.read(piece.data(), piece.size()), in.gcount() > 0) {
    for (std::streamsize i = 0; i < in.gcount(); ++i, ++at) {
      if (piece[static_cast<std::size_t>(i)] != '\n') continue;
      out.push_back({begin, at - begin});
      begin = at + 1;
    }
  }
  if (at > begin) out.push_back({begin, at - begin});
  return out;
}

} // namespace

Result<std::optional<record::HistoryRun>> last_run(const std::filesystem::path& file, const std::string& gate,
                                                   const std::string& suite, const std::string& run)
{
  if (!std::filesystem::exists(file)) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(file))
    return fail(ErrorCode::io, fmt::format("cannot read {}", file.string()));
  const auto lines = lines_of(in);
  in.clear();
  std::string text;
  for (auto number = lines.size(); number > 0; --number) {
    const auto& line = lines[number - 1];
    if (line.size == 0) continue;
    if (line.size > k_longest_line) {
      log::warn("{}:{}: passed over: too long", file.filename().string(), number);
      continue;
    }
    text.resize(static_cast<std::size_t>(line.size));
    if (!in.seekg(line.begin) || !in.read(text.data(), line.size))
      return fail(ErrorCode::io, fmt::format("cannot read {}", file.string()));
    auto parsed = parse(text);
    if (!parsed) {
      log::warn("{}:{}: passed over: {}", file.filename().string(), number, parsed.error().text());
      continue;
    }
    if (parsed->gate == gate && parsed->suite == suite && parsed->run != run) return std::move(*parsed);
  }
  return std::nullopt;
}

} // namespace streamgate::notify
