// SPDX-License-Identifier: Apache-2.0
#include "facts/artifacts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace streamgate::facts {
namespace {

constexpr std::size_t k_longest_name = 120;
constexpr std::size_t k_kept_of_name = 100;

bool safe(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

// FNV-1a: the same on every machine. http://www.isthe.com/chongo/tech/comp/fnv
std::uint32_t hash(std::string_view text)
{
  std::uint32_t out = 2166136261U;
  for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 16777619U;
  return out;
}

} // namespace

std::string safe_name(std::string_view name)
{
  const bool good =
      !name.empty() && name.size() <= k_longest_name && name.front() != '.' && std::ranges::all_of(name, safe);
  if (good) return std::string(name);
  std::string out(name.substr(0, k_kept_of_name));
  std::ranges::replace_if(
      out, [](char c) { return !safe(c); }, '_');
  if (out.starts_with('.')) out.front() = '_';
  return fmt::format("{}-{:08x}", out, hash(name));
}

std::string last_lines(std::string_view text, std::size_t bytes)
{
  constexpr std::string_view k_cut = "[what was before is cut off]\n";
  if (text.size() <= bytes) return std::string(text);
  if (bytes <= k_cut.size()) return {};
  auto kept = text.substr(text.size() - (bytes - k_cut.size()));
  const auto line = kept.find('\n');
  if (line != std::string_view::npos && line + 1 < kept.size()) {
    kept.remove_prefix(line + 1);
  } else { // one long line: from a whole character on
    while (!kept.empty() && (static_cast<unsigned char>(kept.front()) & 0xC0U) == 0x80U) kept.remove_prefix(1);
  }
  return std::string(k_cut).append(kept);
}

std::string Artifacts::text(const std::string& path, std::string_view content)
{
  return write(path, last_lines(content, m_limits.file));
}

void Artifacts::json(const std::string& path, const std::string& document)
{
  if (document.size() <= m_limits.file) write(path, document);
  else m_problems.add(fmt::format("{} is left out: it has {} bytes", path, document.size()));
}

void Artifacts::array(const std::string& path, const std::vector<std::string>& documents)
{
  if (documents.empty()) return;
  std::string out;
  std::size_t count = 0;
  for (const auto& document : documents) {
    auto one = document;
    while (one.ends_with('\n')) one.pop_back();
    if (out.size() + one.size() + 8 > m_limits.file) break;
    out += (count++ == 0 ? "[\n" : ",\n") + one;
  }
  if (count < documents.size())
    m_problems.add(fmt::format("{} has {} of {} entries: no more fit", path, count, documents.size()));
  if (count > 0) write(path, out + "\n]\n");
}

std::string Artifacts::unused(const std::string& path) const
{
  if (!m_used.contains(path)) return path;
  const auto dot = path.rfind('.');
  for (int i = 2;; ++i) {
    auto other = fmt::format("{}-{}{}", path.substr(0, dot), i, path.substr(dot));
    if (!m_used.contains(other)) return other;
  }
}

std::string Artifacts::write(std::string path, std::string_view content)
{
  if (content.empty() || m_full) return {};
  m_full = m_files.size() >= m_limits.files || m_bytes + content.size() > m_limits.all;
  if (m_full) { // from here on all: not a random choice of what is small
    m_problems.add(fmt::format("files are left out from {} on: {} bytes in {} files are the most", path, m_limits.all,
                               m_limits.files));
    return {};
  }
  path = unused(path);
  if (const auto written = file::write_atomic(m_run.path(path), content); !written) {
    m_problems.add(written.error().text());
    return {};
  }
  m_bytes += content.size();
  m_used.insert(path);
  m_files.push_back(path);
  return path;
}

} // namespace streamgate::facts
