// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"
#include "base/utf8.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

// C++ types <-> JSON from one list of fields. A type takes part by a static member
//   template <class Self, class Visit> static void fields(Self& self, Visit&& visit) { visit("name", self.name); ... }
// and an enum by a function found by ADL that returns a range of {value, "name"}:
//   constexpr auto enum_names(Colour) { return std::array{EnumName{Colour::red, "red"}, ...}; }
// Known members: bool, integers, double, std::string, std::optional (absent when empty), std::vector,
// std::map<std::string, T>, enums and such types again.
namespace streamgate {

template <class E>
struct EnumName {
  E value;
  std::string_view name;
};

template <class E>
EnumName(E, std::string_view) -> EnumName<E>;

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e)
{
  enum_names(e);
};

// Return the name of an enum's value, or "" for a value outside the enum.
template <NamedEnum E>
constexpr std::string_view name_of(E value)
{
  for (const auto& entry : enum_names(value)) {
    if (entry.value == value) return entry.name;
  }
  return {};
}

// Return the value with this name, or nothing.
template <NamedEnum E>
constexpr std::optional<E> value_of(std::string_view name)
{
  for (const auto& entry : enum_names(E{})) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

namespace codec {

struct NoVisit {
  template <class T>
  void operator()(const char*, T&&) const
  {
  }
};

template <class T>
concept Fields = requires(T& value, NoVisit visit)
{
  std::remove_cvref_t<T>::fields(value, visit);
};

// --- Writing ---

template <class Writer>
class Encoder {
public:
  explicit Encoder(Writer& writer) : m_writer(writer) {}

  void put(bool value) { m_writer.Bool(value); }
  // JSON has no NaN and no infinity.
  void put(double value)
  {
    if (std::isfinite(value)) m_writer.Double(value);
    else m_writer.Null();
  }
  void put(const char*) = delete; // would be taken for a bool
  template <std::integral T>
  void put(T value)
  {
    if constexpr (std::is_signed_v<T>) m_writer.Int64(value);
    else m_writer.Uint64(value);
  }
  void put(const std::string& value)
  {
    if (utf8::valid(value)) return raw(value);
    raw(utf8::repair(value));
  }
  template <NamedEnum E>
  void put(E value)
  {
    raw(name_of(value));
  }
  template <class T>
  void put(const std::optional<T>& value)
  {
    if (value) put(*value);
    else m_writer.Null();
  }
  template <class T>
  void put(const std::vector<T>& values)
  {
    m_writer.StartArray();
    for (const T& value : values) put(value);
    m_writer.EndArray();
  }
  template <class T>
  void put(const std::map<std::string, T>& values)
  {
    m_writer.StartObject();
    for (const auto& [key, value] : values) {
      if (utf8::valid(key)) raw_key(key);
      else raw_key(utf8::repair(key));
      put(value);
    }
    m_writer.EndObject();
  }
  template <Fields T>
  void put(const T& value)
  {
    m_writer.StartObject();
    T::fields(value, [this](std::string_view name, const auto& member) {
      if constexpr (requires { member.has_value(); }) {
        if (!member.has_value()) return;
      }
      raw_key(name);
      put(member);
    });
    m_writer.EndObject();
  }

private:
  void raw(std::string_view text) { m_writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size())); }
  void raw_key(std::string_view name) { m_writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())); }

  Writer& m_writer;
};

// --- Reading ---

// Reads values and remembers the first mismatch with its JSON pointer; members that are absent keep their default.
class Decoder {
public:
  const std::optional<std::string>& problem() const { return m_problem; }

  void get(const json::Value& from, bool& to) { check(from.IsBool(), "a boolean") && (to = from.GetBool(), true); }
  void get(const json::Value& from, double& to) { check(from.IsNumber(), "a number") && (to = from.GetDouble(), true); }
  template <std::integral T>
  void get(const json::Value& from, T& to)
  {
    const bool fits =
        from.IsInt64() ? std::in_range<T>(from.GetInt64()) : from.IsUint64() && std::in_range<T>(from.GetUint64());
    if (!check(fits, "an integer in range")) return;
    to = from.IsInt64() ? static_cast<T>(from.GetInt64()) : static_cast<T>(from.GetUint64());
  }
  void get(const json::Value& from, std::string& to)
  {
    if (check(from.IsString(), "a string")) to.assign(from.GetString(), from.GetStringLength());
  }
  template <NamedEnum E>
  void get(const json::Value& from, E& to)
  {
    const auto name = from.IsString() ? std::string_view(from.GetString(), from.GetStringLength()) : "";
    const auto value = value_of<E>(name);
    if (check(value.has_value(), "one of the known words")) to = *value;
  }
  template <class T>
  void get(const json::Value& from, std::optional<T>& to)
  {
    if (from.IsNull()) return to.reset();
    get(from, to.emplace());
  }
  template <class T>
  void get(const json::Value& from, std::vector<T>& to)
  {
    if (!check(from.IsArray(), "an array")) return;
    to.clear();
    for (const auto& item : from.GetArray()) {
      const Level level(m_path, std::to_string(to.size()));
      get(item, to.emplace_back());
    }
  }
  template <class T>
  void get(const json::Value& from, std::map<std::string, T>& to)
  {
    if (!check(from.IsObject(), "an object")) return;
    to.clear();
    for (const auto& member : from.GetObject()) {
      std::string key(member.name.GetString(), member.name.GetStringLength());
      const Level level(m_path, escaped(key));
      get(member.value, to[key]);
    }
  }
  template <Fields T>
  void get(const json::Value& from, T& to)
  {
    if (!check(from.IsObject(), "an object")) return;
    T::fields(to, [&](std::string_view name, auto& member) {
      const auto* found = json::find(from, {name});
      if (found == nullptr) return;
      const Level level(m_path, std::string(name));
      get(*found, member);
    });
  }

private:
  class Level {
  public:
    Level(std::string& path, const std::string& name) : m_path(path), m_size(path.size())
    {
      m_path.append("/").append(name);
    }
    ~Level() { m_path.resize(m_size); }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

  private:
    std::string& m_path;
    std::size_t m_size;
  };

  // A key as a token of a JSON pointer.
  static std::string escaped(const std::string& key)
  {
    std::string out;
    for (const char c : key) {
      if (c == '~') out += "~0";
      else if (c == '/') out += "~1";
      else out += c;
    }
    return out;
  }

  bool check(bool good, std::string_view expected)
  {
    if (!good && !m_problem) m_problem = (m_path.empty() ? "/" : m_path) + " is not " + std::string(expected);
    return good;
  }

  std::string m_path;
  std::optional<std::string> m_problem;
};

} // namespace codec

// Print `value` as JSON: compact, or for people with two spaces a level and a final newline.
template <class T>
std::string to_json(const T& value)
{
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  codec::Encoder(writer).put(value);
  return {buffer.GetString(), buffer.GetSize()};
}

template <class T>
std::string to_pretty_json(const T& value)
{
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  writer.SetIndent(' ', 2);
  codec::Encoder(writer).put(value);
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

// Read a T from `value`. Members that T does not have are ignored (a schema refuses them where that matters).
// Error: bad_input with `what` and the JSON pointer of the first member of a wrong type.
template <class T>
Result<T> from_json(const json::Value& value, std::string_view what)
{
  T out{};
  codec::Decoder decoder;
  decoder.get(value, out);
  if (decoder.problem()) return fail(ErrorCode::bad_input, std::string(what) + ": " + *decoder.problem());
  return out;
}

} // namespace streamgate
