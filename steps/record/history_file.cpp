// SPDX-License-Identifier: Apache-2.0
#include "record/history_file.hpp"

#include "base/json.hpp"
#include "base/utf8.hpp"
#include "record/schema.hpp"

#include <fmt/format.h>

#include <fstream>

namespace streamgate::record {
namespace {

constexpr std::size_t k_most_problems = 20;

// What another wrote, in a message: short, and on one line.
std::string shown(std::string_view word)
{
  return json::quote(utf8::truncate(word, 40));
}

// Replace the word at `member` by `instead` when no value of E is spelled so.
template <NamedEnum E>
void replace_unknown(json::Value& object, const char* member, E instead, json::Document::AllocatorType& allocator,
                     std::vector<std::string>& notes)
{
  const auto it = object.FindMember(member);
  if (it == object.MemberEnd() || !it->value.IsString()) return;
  const std::string word(it->value.GetString(), it->value.GetStringLength());
  if (value_of<E>(word)) return;
  notes.push_back(fmt::format("{} {} is not known and counts as \"{}\"", member, shown(word), name_of(instead)));
  it->value = json::string(name_of(instead), allocator);
}

void replace_unknown_words(json::Document& line, std::vector<std::string>& notes)
{
  if (!line.IsObject()) return;
  auto& allocator = line.GetAllocator();
  replace_unknown(line, "verdict", VerdictWord::error, allocator, notes);
  const auto tests = line.FindMember("tests");
  if (tests == line.MemberEnd() || !tests->value.IsArray()) return;
  std::vector<std::string> of_tests;
  for (auto& test : tests->value.GetArray()) {
    if (!test.IsObject()) continue;
    of_tests.clear();
    replace_unknown(test, "status", TestStatus::missing, allocator, of_tests);
    if (!of_tests.empty() && notes.size() < k_most_problems)
      notes.push_back(fmt::format("test {}: {}", shown(json::text(test, {"id"})), of_tests.front()));
  }
}

Result<WallTime> time_of(std::string_view text)
{
  const auto time = parse_rfc3339(text);
  if (time) return *time;
  return fail(ErrorCode::bad_input, fmt::format("its time {} is not RFC 3339", shown(text)));
}

Result<json::Document> parse_line(std::string_view line)
{
  if (line.size() > k_longest_history_line) {
    return fail(ErrorCode::bad_input,
                fmt::format("a line of {} bytes, where {} are the most", line.size(), k_longest_history_line));
  }
  return json::parse(line, "it");
}

// Take one line of a file into account; blank ones say nothing.
void read_one(std::string_view line, std::int64_t number, const std::function<void(HistoryRun)>& take,
              HistoryReading& out)
{
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  std::vector<std::string> notes;
  auto run = read_history_line(line, notes);
  if (!run) {
    ++out.broken;
    notes.assign(1, run.error().text());
  }
  for (const auto& note : notes) {
    if (out.problems.size() < k_most_problems) out.problems.push_back(fmt::format("line {}: {}", number, note));
  }
  if (!run) return;
  ++out.runs;
  take(std::move(*run));
}

} // namespace

Result<HistoryKey> history_key(std::string_view line)
{
  SG_TRY_ASSIGN(const json::Document document, parse_line(line));
  HistoryKey out;
  out.run = json::text(document, {"run"});
  if (out.run.empty()) return fail(ErrorCode::bad_input, "it does not say of which run it is");
  SG_TRY_ASSIGN(out.time, time_of(json::text(document, {"time"})));
  return out;
}

Result<HistoryRun> read_history_line(std::string_view line, std::vector<std::string>& notes)
{
  SG_TRY_ASSIGN(json::Document document, parse_line(line));
  replace_unknown_words(document, notes);
  SG_TRY(check_schema(document, HistoryRun::k_schema, "it"));
  SG_TRY_ASSIGN(auto run, from_json<HistoryRun>(document, "it"));
  SG_TRY(time_of(run.time));
  return run;
}

Result<HistoryReading> read_history(const std::filesystem::path& path, const std::function<void(HistoryRun)>& take)
{
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (status.type() == std::filesystem::file_type::not_found)
    return fail(ErrorCode::not_found, fmt::format("{} does not exist", path.string()),
                "publish --read-history writes it: did it run?");
  if (!std::filesystem::is_regular_file(status))
    return fail(ErrorCode::bad_input, fmt::format("{} is not a regular file", path.string()));
  if (const auto size = std::filesystem::file_size(path, problem); !problem && size > k_largest_history)
    return fail(ErrorCode::bad_input,
                fmt::format("{} has {} bytes, where {} are the most", path.string(), size, k_largest_history));
  std::ifstream in(path, std::ios::binary);
  HistoryReading out;
  std::string line;
  for (std::int64_t number = 1; std::getline(in, line); ++number) read_one(line, number, take, out);
  if (!in.eof()) return fail(ErrorCode::io, fmt::format("cannot read {}", path.string()));
  return out;
}

} // namespace streamgate::record
