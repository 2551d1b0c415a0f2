// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <new>
#include <optional>
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

std::string_view view(const yaml_char_t* text)
{
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

// Lines and columns as libyaml counts them, from 0.
Error refusal(std::string_view what, std::size_t line, std::size_t column, std::string_view why)
{
  return {ErrorCode::bad_input, fmt::format("{}: line {}, column {}: {}", what, line + 1, column + 1, why)};
}

// Builds JSON from the parser's events and keeps what anchors stand for.
class Builder {
public:
  Builder(std::string_view what, Allocator& allocator) : m_what(what), m_allocator(allocator) {}

  Status on(const yaml_event_t& event)
  {
    const auto& mark = event.start_mark;
    const auto& data = event.data;
    switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      return m_documents++ == 0 ? Status() : refuse(mark, "a second document begins here; one is expected");
    case YAML_ALIAS_EVENT:
      return alias(mark, view(data.alias.anchor));
    case YAML_SCALAR_EVENT:
      return scalar(mark, data.scalar);
    case YAML_SEQUENCE_START_EVENT:
      return start(event, data.sequence_start, "seq", rapidjson::kArrayType);
    case YAML_MAPPING_START_EVENT:
      return start(event, data.mapping_start, "map", rapidjson::kObjectType);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return end();
    default: // the stream's ends, and a document's
      return {};
    }
  }

  Value take() { return std::move(m_root); }

private:
  struct Level {
    Value value;
    yaml_mark_t mark;
    std::string anchor;
    std::size_t weight_before = 0;
    std::optional<Value> key = {};
    std::unordered_set<std::string> keys = {};
  };
  struct Anchored {
    Value value;
    std::size_t weight;
  };
  using Scalar = decltype(yaml_event_t().data.scalar);

  Status refuse(const yaml_mark_t& mark, std::string_view why) const
  {
    return std::unexpected(refusal(m_what, mark.line, mark.column, why));
  }
  static std::string shown(std::string_view text) { return utf8::truncate(text, 80); }

  bool at_key() const { return !m_stack.empty() && m_stack.back().value.IsObject() && !m_stack.back().key; }

  Status weigh(const yaml_mark_t& mark, std::size_t bytes)
  {
    m_weight += k_node_weight + bytes;
    if (m_weight <= k_max_expanded) return {};
    return refuse(mark, "the text grows too large when its aliases are expanded");
  }

  Status alias(const yaml_mark_t& mark, std::string_view name)
  {
    if (at_key()) return refuse(mark, "a key must be written out, not be an alias");
    const auto found = m_anchors.find(name);
    if (found == m_anchors.end()) {
      return refuse(mark, std::ranges::find(m_stack, name, &Level::anchor) != m_stack.end()
                              ? "the alias stands inside of what it refers to"
                              : "nothing before the alias has its name");
    }
    SG_TRY(weigh(mark, found->second.weight));
    add(Value(found->second.value, m_allocator));
    return {};
  }

  Status scalar(const yaml_mark_t& mark, const Scalar& event)
  {
    const std::string_view text(reinterpret_cast<const char*>(event.value), event.length);
    const auto tag = view(event.tag);
    const bool is_plain = event.style == YAML_PLAIN_SCALAR_STYLE;
    if (at_key()) return key(mark, text, is_plain && tag.empty());
    SG_TRY(weigh(mark, text.size()));
    Value value;
    if ((tag.empty() && !is_plain) || (tag.starts_with(k_core) && tag.substr(k_core.size()) == "str")) {
      value = json::string(text, m_allocator);
    } else {
      SG_TRY_ASSIGN(value, plain(mark, text));
      if (!tag.empty() && !fits(tag, value)) {
        return refuse(mark, fmt::format("the tag {} is not supported here", shown(tag)));
      }
    }
    if (event.anchor != nullptr) SG_TRY(remember(mark, view(event.anchor), value, k_node_weight + text.size()));
    add(std::move(value));
    return {};
  }

  Status key(const yaml_mark_t& mark, std::string_view text, bool is_plain)
  {
    if (is_plain && text.empty()) return refuse(mark, "a key is missing");
    if (is_plain && text == "<<") return refuse(mark, "merge keys (<<) are not supported");
    if (!m_stack.back().keys.emplace(text).second) {
      return refuse(mark, fmt::format("the key \"{}\" is given twice", shown(text)));
    }
    SG_TRY(weigh(mark, text.size()));
    m_stack.back().key = json::string(text, m_allocator);
    return {};
  }

  Result<Value> plain(const yaml_mark_t& mark, std::string_view text) const
  {
    if (one_of(text, {"", "~", "null", "Null", "NULL"})) return Value();
    if (one_of(text, {"true", "True", "TRUE"})) return Value(true);
    if (one_of(text, {"false", "False", "FALSE"})) return Value(false);
    if (auto value = integer(text)) return std::move(*value);
    if (one_of(without_sign(text), {".inf", ".Inf", ".INF"}) || one_of(text, {".nan", ".NaN", ".NAN"})) {
      SG_TRY(refuse(mark, "infinities and not-a-number have no JSON form; quote it if it is meant as text"));
    }
    if (!is_float(text)) return json::string(text, m_allocator);
    const auto value = number<double>(text.substr(text.front() == '+' ? 1 : 0), std::chars_format::general);
    if (!value || !std::isfinite(*value)) {
      SG_TRY(refuse(mark, fmt::format("the number {} is out of range", shown(text))));
    }
    return Value(*value);
  }

  static bool fits(std::string_view tag, const Value& value)
  {
    return tag.starts_with(k_core) &&
           ((tag.ends_with(":int") && (value.IsInt64() || value.IsUint64())) ||
            (tag.ends_with(":float") && value.IsNumber()) || (tag.ends_with(":bool") && value.IsBool()) ||
            (tag.ends_with(":null") && value.IsNull()));
  }

  template <class Collection>
  Status start(const yaml_event_t& event, const Collection& data, std::string_view kind, rapidjson::Type type)
  {
    const auto& mark = event.start_mark;
    const auto tag = view(data.tag);
    if (at_key()) return refuse(mark, "a key must be a scalar");
    if (!tag.empty() && tag != std::string(k_core).append(kind)) {
      return refuse(mark, fmt::format("the tag {} is not supported here", shown(tag)));
    }
    if (m_stack.size() >= k_max_depth) return refuse(mark, fmt::format("more than {} levels of nesting", k_max_depth));
    const std::string anchor(view(data.anchor));
    m_anchors.erase(anchor); // from here on it stands for this
    const std::size_t before = m_weight;
    SG_TRY(weigh(mark, 0));
    m_stack.push_back({.value = Value(type), .mark = mark, .anchor = anchor, .weight_before = before});
    return {};
  }

  Status end()
  {
    Level level = std::move(m_stack.back());
    m_stack.pop_back();
    if (!level.anchor.empty()) SG_TRY(remember(level.mark, level.anchor, level.value, m_weight - level.weight_before));
    add(std::move(level.value));
    return {};
  }

  // The copy that an anchor keeps is weighed too.
  Status remember(const yaml_mark_t& mark, std::string_view anchor, const Value& value, std::size_t weight)
  {
    SG_TRY(weigh(mark, weight));
    m_anchors.insert_or_assign(std::string(anchor), Anchored{Value(value, m_allocator), weight});
    return {};
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

  std::string_view m_what;
  Allocator& m_allocator;
  Value m_root;
  std::vector<Level> m_stack;
  std::map<std::string, Anchored, std::less<>> m_anchors;
  std::size_t m_weight = 0;
  int m_documents = 0;
};

// libyaml's parser over a text, and its last event.
class Parser {
public:
  explicit Parser(std::string_view text) : m_text(text)
  {
    if (yaml_parser_initialize(&m_parser) == 0) throw std::bad_alloc();
    if (text.empty()) text = ""; // libyaml takes no null pointer
    yaml_parser_set_input_string(&m_parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser()
  {
    yaml_event_delete(&m_event);
    yaml_parser_delete(&m_parser);
  }

  // Go to the next event, which stays until the next call. Error: bad_input with the place and libyaml's reason.
  Status next(std::string_view what)
  {
    yaml_event_delete(&m_event);
    if (yaml_parser_parse(&m_parser, &m_event) != 0) return {};
    if (m_parser.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    if (m_parser.error == YAML_READER_ERROR) return std::unexpected(bad_character(what));
    const auto why = m_parser.context == nullptr ? std::string(m_parser.problem)
                                                 : fmt::format("{} {}", m_parser.problem, m_parser.context);
    return std::unexpected(refusal(what, m_parser.problem_mark.line, m_parser.problem_mark.column, why));
  }

  const yaml_event_t& event() const { return m_event; }

private:
  Error bad_character(std::string_view what) const
  {
    const auto before = m_text.substr(0, m_parser.problem_offset);
    const auto begin = before.rfind('\n') + 1; // 0 in the first line
    const auto line = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    return refusal(what, line, before.size() - begin,
                   fmt::format("the character U+{:04X} is not allowed: write it as an escape in double quotes",
                               m_parser.problem_value));
  }

  std::string_view m_text;
  yaml_parser_t m_parser = {};
  yaml_event_t m_event = {};
};

} // namespace

Result<json::Document> parse(std::string_view text, std::string_view what)
{
  if (text.size() > k_max_size) {
    return fail(ErrorCode::bad_input, fmt::format("{}: longer than {} bytes", what, k_max_size));
  }
  if (!utf8::valid(text)) return fail(ErrorCode::bad_input, fmt::format("{}: not valid UTF-8", what));
  json::Document document;
  Parser parser(text);
  Builder builder(what, document.GetAllocator());
  do {
    SG_TRY(parser.next(what));
    SG_TRY(builder.on(parser.event()));
  } while (parser.event().type != YAML_STREAM_END_EVENT);
  static_cast<Value&>(document) = builder.take();
  return document;
}

} // namespace streamgate::yaml
