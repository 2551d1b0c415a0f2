// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

namespace streamgate::json {
namespace {

// Return true when brackets outside strings nest deeper than `limit`: destroying or walking such a value recurses.
bool too_deep(std::string_view text, int limit)
{
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      else if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > limit) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

template <class Writer>
std::string print(const Value& value)
{
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  if constexpr (requires { writer.SetIndent(' ', 2); }) writer.SetIndent(' ', 2);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::unexpected<Error> not_json(std::string_view text, std::string_view what, std::string_view why, std::size_t offset)
{
  const auto before = text.substr(0, offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto column = before.size() - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1) + 1;
  return fail(ErrorCode::bad_input, fmt::format("{} is not JSON: {} (line {}, column {})", what, why, line, column));
}

} // namespace

Result<Document> parse(std::string_view text, std::string_view what)
{
  if (too_deep(text, k_max_depth)) {
    return fail(ErrorCode::bad_input,
                fmt::format("{} is not JSON that can be read: nested deeper than {} levels", what, k_max_depth));
  }
  // RapidJSON takes a NUL for the end of the text, and would not look at what is behind it.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) return not_json(text, what, "a NUL byte", nul);
  Document document;
  // Doubles are read to the last digit but one: where it is told to be exact, RapidJSON 1.1 has
  // undefined behaviour on 0e-99.
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
  if (document.HasParseError()) {
    return not_json(text, what, rapidjson::GetParseError_En(document.GetParseError()), document.GetErrorOffset());
  }
  return document;
}

const Value* find(const Value& value, Path path)
{
  const Value* at = &value;
  for (const auto name : path) {
    if (!at->IsObject()) return nullptr;
    const auto it = at->FindMember(Value(rapidjson::StringRef(name.data(), name.size())));
    if (it == at->MemberEnd()) return nullptr;
    at = &it->value;
  }
  return at;
}

std::string_view text(const Value& value, Path path)
{
  const auto* found = find(value, path);
  if (found == nullptr || !found->IsString()) return {};
  return {found->GetString(), found->GetStringLength()};
}

std::optional<std::int64_t> integer(const Value& value, Path path)
{
  const auto* found = find(value, path);
  if (found == nullptr || !found->IsInt64()) return std::nullopt;
  return found->GetInt64();
}

bool flag(const Value& value, Path path)
{
  const auto* found = find(value, path);
  return found != nullptr && found->IsTrue();
}

std::string dump(const Value& value)
{
  return print<rapidjson::Writer<rapidjson::StringBuffer>>(value);
}

std::string dump_pretty(const Value& value)
{
  return print<rapidjson::PrettyWriter<rapidjson::StringBuffer>>(value) + "\n";
}

std::string quote(std::string_view text)
{
  const auto clean = utf8::repair(text);
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.String(clean.data(), static_cast<rapidjson::SizeType>(clean.size()));
  return {buffer.GetString(), buffer.GetSize()};
}

Value string(std::string_view text, Document::AllocatorType& allocator)
{
  Value value;
  value.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator);
  return value;
}

} // namespace streamgate::json
