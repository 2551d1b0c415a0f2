// SPDX-License-Identifier: Apache-2.0
#include "facts/secrets.hpp"

#include "base/ascii.hpp"
#include "base/redact.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>

namespace streamgate::facts {
namespace {

constexpr std::string_view k_mark = "[redacted]";
constexpr std::size_t k_shortest_value = 8;  // bytes
constexpr std::size_t k_longest_text = 2048; // bytes of one text of an object
constexpr rapidjson::SizeType k_longest_list = 200;
constexpr int k_deepest = 30;

std::string_view view_of(const json::Value& text)
{
  return {text.GetString(), text.GetStringLength()};
}

// Settings are no secrets, whatever their name: "true", "10m".
bool may_be_secret(std::string_view value)
{
  return value.size() >= k_shortest_value;
}

template <class Each>
void for_items(const json::Value& value, json::Path path, Each each)
{
  const auto* array = json::find(value, path);
  if (array == nullptr || !array->IsArray()) return;
  for (const auto& item : array->GetArray()) each(item);
}

void replace_all(std::string& text, const std::string& value)
{
  for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at + k_mark.size()))
    text.replace(at, value.size(), k_mark);
}

// The tail of a log may begin inside of a key: its shape has no beginning then.
std::string_view without_cut_key(std::string_view text)
{
  const auto end = text.find("-----END ");
  if (end == std::string_view::npos || text.substr(0, end).find("-----BEGIN ") != std::string_view::npos) return text;
  const auto line = text.substr(end, text.substr(end).find('\n'));
  if (line.find("PRIVATE KEY-----") == std::string_view::npos) return text;
  return text.substr(end + line.size());
}

class Copier {
public:
  explicit Copier(json::Document& to) : m_allocator(to.GetAllocator()) {}

  json::Value copy(const json::Value& value, int depth = 0)
  {
    if (depth > k_deepest) return json::string("...", m_allocator);
    if (value.IsObject()) return copy_object(value, depth);
    if (value.IsArray()) return copy_array(value, depth);
    if (value.IsString())
      return json::string(utf8::truncate(redact::clean(view_of(value)), k_longest_text), m_allocator);
    return {value, m_allocator};
  }

private:
  static bool left_out(std::string_view name)
  {
    constexpr std::array<std::string_view, 4> k_names{"managedFields",
                                                      "kubectl.kubernetes.io/last-applied-configuration",
                                                      "alm-examples", "last-applied-configuration"};
    return std::ranges::find(k_names, name) != k_names.end();
  }

  json::Value copy_object(const json::Value& object, int depth)
  {
    json::Value out(rapidjson::kObjectType);
    const bool secret = json::text(object, {"kind"}) == "Secret";
    // An entry of a container's env.
    const bool secret_entry = names_secret(json::text(object, {"name"}));
    for (const auto& member : object.GetObject()) {
      const auto name = view_of(member.name);
      if (left_out(name) || (secret && (name == "data" || name == "stringData"))) continue;
      const bool hide = (names_secret(name) || (secret_entry && name == "value")) && member.value.IsString() &&
                        may_be_secret(view_of(member.value));
      auto value = hide ? json::string(k_mark, m_allocator) : copy(member.value, depth + 1);
      out.AddMember(json::string(redact::clean(name), m_allocator), value, m_allocator);
    }
    return out;
  }

  json::Value copy_array(const json::Value& array, int depth)
  {
    json::Value out(rapidjson::kArrayType);
    for (rapidjson::SizeType i = 0; i < std::min(array.Size(), k_longest_list); ++i)
      out.PushBack(copy(array[i], depth + 1), m_allocator);
    if (array.Size() > k_longest_list) out.PushBack(json::string("...", m_allocator), m_allocator);
    return out;
  }

  json::Document::AllocatorType& m_allocator;
};

} // namespace

bool names_secret(std::string_view name)
{
  constexpr std::array<std::string_view, 10> k_parts{"password", "passwd",  "passphrase",  "secret",     "token",
                                                     "apikey",   "api_key", "credentials", "privatekey", "private_key"};
  const auto lower = ascii::lower(std::string(name));
  return lower.ends_with("_key") || lower.ends_with("-key") || lower == "key" ||
         std::ranges::any_of(k_parts, [&](std::string_view part) { return lower.find(part) != std::string::npos; });
}

std::vector<std::string> secret_values(const json::Value& pod)
{
  std::vector<std::string> out;
  for (const auto* part : {"initContainers", "containers"}) {
    for_items(pod, {"spec", part}, [&](const json::Value& container) {
      for_items(container, {"env"}, [&](const json::Value& entry) {
        const auto value = json::text(entry, {"value"});
        if (names_secret(json::text(entry, {"name"})) && may_be_secret(value)) out.emplace_back(value);
      });
    });
  }
  std::ranges::sort(out, std::ranges::greater{}, &std::string::size); // one that holds another goes as a whole
  return out;
}

std::string scrub(std::string_view text, const std::vector<std::string>& values)
{
  std::string out(without_cut_key(text));
  for (const auto& value : values) replace_all(out, value);
  return redact::clean(utf8::repair(out));
}

std::string safe_json(const json::Value& object)
{
  json::Document to;
  const auto copy = Copier(to).copy(object);
  return json::dump_pretty(copy);
}

} // namespace streamgate::facts
