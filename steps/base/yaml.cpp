// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace streamgate::yaml {
namespace {

using json::Value;
using Allocator = json::Document::AllocatorType;

// What a node costs beside its text, so that a bomb of empty nodes is weighed too.
constexpr std::size_t k_node_weight = 32;
constexpr std::string_view k_core = "tag:yaml.org,2002:";

bool one_of(std::string_view text, std::initializer_list<std::string_view> words)
{
  return std::ranges::find(words, text) != words.end();
}

bool all_digits(std::string_view text)
{
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_sign(std::string_view text)
{
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return text;
}

// `format` is the base of an integer, or a std::chars_format.
template <class T, class F = int>
std::optional<T> number(std::string_view text, F format = 10)
{
  T out{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out, format);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_float(std::string_view text)
{
  text = without_sign(text);
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos && !all_digits(without_sign(text.substr(e + 1)))) return false;
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t dot = mantissa.find('.');
  const std::string_view whole = mantissa.substr(0, dot);
  const std::string_view part = dot == std::string_view::npos ? "" : mantissa.substr(dot + 1);
  if (!whole.empty() && !all_digits(whole)) return false;
  if (!part.empty() && !all_digits(part)) return false;
  return !whole.empty() || !part.empty();
}

std::optional<Value> integer(std::string_view text)
{
  if (text.starts_with("0o") || text.starts_with("0x")) {
    const auto value = number<std::uint64_t>(text.substr(2), text[1] == 'o' ? 8 : 16);
    return value ? std::optional<Value>(Value(*value)) : std::nullopt;
  }
  if (!all_digits(without_sign(text))) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  if (const auto value = number<std::int64_t>(text)) return Value(*value);
  if (const auto value = number<std::uint64_t>(text)) return Value(*value);
  return std::nullopt; // Too large for an integer: a double, as in JSON.
}

// Builds JSON from the parser's events and keeps what anchors stand for. A refusal is thrown as the parser's own
// exception, which carries the mark, and is caught in `parse`.
class Builder : public YAML::EventHandler {
public:
  explicit Builder(Allocator& allocator) : m_allocator(allocator) {}

  Value take() { return std::move(m_root); }

  void OnDocumentStart(const YAML::Mark& mark) override
  {
    if (m_documents++ > 0) refuse(mark, "a second document begins here; one is expected");
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark&, const std::string&) override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
  {
    if (at_key()) refuse(mark, "a key is missing");
    leaf(mark, anchor, Value(), 0);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
  {
    if (at_key()) refuse(mark, "a key must be written out, not be an alias");
    const auto found = m_anchors.find(anchor);
    if (found == m_anchors.end()) refuse(mark, "the alias stands inside of what it refers to");
    weigh(mark, found->second.weight);
    add(Value(found->second.value, m_allocator));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& text) override
  {
    // yaml-cpp 0.7 makes Latin-1 of these two escapes.
    if (!utf8::valid(text)) refuse(mark, R"(the text is not valid UTF-8: write \u0085 for \N, \u00a0 for \_)");
    if (at_key()) {
      if (text == "<<" && tag == "?") refuse(mark, "merge keys (<<) are not supported");
      if (!m_stack.back().keys.insert(text).second)
        refuse(mark, fmt::format("the key \"{}\" is given twice", shown(text)));
      weigh(mark, text.size());
      m_stack.back().key = json::string(text, m_allocator);
      return;
    }
    leaf(mark, anchor, scalar(mark, tag, text), text.size());
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override
  {
    start(mark, tag, "seq", anchor, Value(rapidjson::kArrayType));
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override
  {
    start(mark, tag, "map", anchor, Value(rapidjson::kObjectType));
  }
  void OnMapEnd() override { end(); }

private:
  struct Level {
    Value value;
    YAML::Mark mark;
    YAML::anchor_t anchor = 0;
    std::size_t weight_before = 0;
    std::optional<Value> key = {};
    std::unordered_set<std::string> keys = {};
  };
  struct Anchored {
    Value value;
    std::size_t weight;
  };

  [[noreturn]] static void refuse(const YAML::Mark& mark, const std::string& why)
  {
    throw YAML::ParserException(mark, why);
  }
  static std::string shown(const std::string& text) { return utf8::truncate(text, 80); }

  bool at_key() const { return !m_stack.empty() && m_stack.back().value.IsObject() && !m_stack.back().key; }

  void weigh(const YAML::Mark& mark, std::size_t bytes)
  {
    m_weight += k_node_weight + bytes;
    if (m_weight > k_max_expanded) refuse(mark, "the text grows too large when its aliases are expanded");
  }

  static Value plain(const YAML::Mark& mark, const std::string& text, Allocator& allocator)
  {
    if (one_of(text, {"", "~", "null", "Null", "NULL"})) return {};
    if (one_of(text, {"true", "True", "TRUE"})) return Value(true);
    if (one_of(text, {"false", "False", "FALSE"})) return Value(false);
    if (auto value = integer(text)) return std::move(*value);
    if (one_of(without_sign(text), {".inf", ".Inf", ".INF"}) || one_of(text, {".nan", ".NaN", ".NAN"})) {
      refuse(mark, "infinities and not-a-number have no JSON form; quote it if it is meant as text");
    }
    if (is_float(text)) {
      const std::string_view digits = text.front() == '+' ? std::string_view(text).substr(1) : std::string_view(text);
      const auto value = number<double>(digits, std::chars_format::general);
      if (!value || !std::isfinite(*value)) refuse(mark, fmt::format("the number {} is out of range", shown(text)));
      return Value(*value);
    }
    return json::string(text, allocator);
  }

  Value scalar(const YAML::Mark& mark, const std::string& tag, const std::string& text)
  {
    if (tag == "!" || tag == std::string(k_core) + "str") return json::string(text, m_allocator);
    Value value = plain(mark, text, m_allocator);
    if (tag == "?" || tag.empty()) return value;
    const bool fits = tag.starts_with(k_core) &&
                      ((tag.ends_with(":int") && (value.IsInt64() || value.IsUint64())) ||
                       (tag.ends_with(":float") && value.IsNumber()) || (tag.ends_with(":bool") && value.IsBool()) ||
                       (tag.ends_with(":null") && value.IsNull()));
    if (!fits) refuse(mark, fmt::format("the tag {} is not supported here", shown(tag)));
    return value;
  }

  void leaf(const YAML::Mark& mark, YAML::anchor_t anchor, Value value, std::size_t size)
  {
    weigh(mark, size);
    if (anchor != 0) remember(mark, anchor, value, k_node_weight + size);
    add(std::move(value));
  }

  void start(const YAML::Mark& mark, const std::string& tag, std::string_view kind, YAML::anchor_t anchor, Value value)
  {
    if (at_key()) refuse(mark, "a key must be a scalar");
    if (!one_of(tag, {"?", "", "!"}) && tag != std::string(k_core).append(kind)) {
      refuse(mark, fmt::format("the tag {} is not supported here", shown(tag)));
    }
    if (m_stack.size() >= k_max_depth) refuse(mark, fmt::format("more than {} levels of nesting", k_max_depth));
    const std::size_t before = m_weight;
    weigh(mark, 0);
    m_stack.push_back({.value = std::move(value), .mark = mark, .anchor = anchor, .weight_before = before});
  }

  void end()
  {
    Level level = std::move(m_stack.back());
    m_stack.pop_back();
    if (level.anchor != 0) remember(level.mark, level.anchor, level.value, m_weight - level.weight_before);
    add(std::move(level.value));
  }

  // The copy that an anchor keeps is weighed too.
  void remember(const YAML::Mark& mark, YAML::anchor_t anchor, const Value& value, std::size_t weight)
  {
    weigh(mark, weight);
    m_anchors.insert_or_assign(anchor, Anchored{Value(value, m_allocator), weight});
  }

  void add(Value value)
  {
    if (m_stack.empty()) {
      m_root = std::move(value);
    } else if (Level& level = m_stack.back(); level.value.IsArray()) {
      level.value.PushBack(value, m_allocator);
    } else {
      level.value.AddMember(*level.key, value, m_allocator);
      level.key.reset();
    }
  }

  Allocator& m_allocator;
  Value m_root;
  std::vector<Level> m_stack;
  std::map<YAML::anchor_t, Anchored> m_anchors;
  std::size_t m_weight = 0;
  int m_documents = 0;
};

Error refusal(std::string_view what, int line, int column, std::string_view why)
{
  return {ErrorCode::bad_input, fmt::format("{}: line {}, column {}: {}", what, line, column, why)};
}

// yaml-cpp takes some control characters for the end of the text, which would cut it in silence.
Status check_characters(std::string_view text, std::string_view what)
{
  int line = 1;
  int column = 1;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f) {
      return std::unexpected(
          refusal(what, line, column, fmt::format("the control character 0x{:02x} is not allowed", byte)));
    }
    column = c == '\n' ? 1 : column + 1;
    if (c == '\n') ++line;
  }
  return {};
}

} // namespace

Result<json::Document> parse(std::string_view text, std::string_view what)
{
  if (text.size() > k_max_size) {
    return fail(ErrorCode::bad_input, fmt::format("{}: longer than {} bytes", what, k_max_size));
  }
  if (!utf8::valid(text)) return fail(ErrorCode::bad_input, fmt::format("{}: not valid UTF-8", what));
  SG_TRY(check_characters(text, what));
  json::Document document;
  try {
    // The end of the document is made explicit: yaml-cpp takes a quoted text that is cut off at the end for a whole
    // one.
    std::istringstream stream{std::string(text).append(text.ends_with('\n') ? "...\n" : "\n...\n")};
    YAML::Parser parser(stream);
    Builder builder(document.GetAllocator());
    while (parser.HandleNextDocument(builder)) {
    }
    static_cast<Value&>(document) = builder.take();
  } catch (const YAML::Exception& error) {
    return std::unexpected(refusal(what, error.mark.line + 1, error.mark.column + 1, error.msg));
  }
  return document;
}

} // namespace streamgate::yaml
