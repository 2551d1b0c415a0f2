// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/glob.hpp"

#include <fmt/format.h>

#include <fnmatch.h>

#include <algorithm>
#include <set>

namespace streamgate::parse_junit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_most_files = 10000;
constexpr std::size_t k_most_steps = 20000; // several ** multiply
constexpr int k_deepest = 64;

bool is_pattern(const std::string& text)
{
  return text.find_first_of("*?[") != std::string::npos;
}

// Goes down the parts of a pattern.
class Search {
public:
  explicit Search(const fs::path& pattern) : m_parts(pattern.begin(), pattern.end()) {}

  Status below(const fs::path& folder, std::size_t part, int depth)
  {
    if (part == m_parts.size() || depth > k_deepest) return {};
    if (++m_steps > k_most_steps)
      return fail(ErrorCode::bad_input, "the pattern goes through too many folders", "give a narrower pattern");
    const auto& name = m_parts[part].string();
    if (!is_pattern(name)) return found(folder / name, part, depth);
    const bool any_folders = name == "**";
    if (any_folders) SG_TRY(below(folder, part + 1, depth));
    std::error_code problem;
    const auto from = folder.empty() ? fs::path(".") : folder;
    if (!fs::is_directory(from, problem)) return {};
    for (auto it = fs::directory_iterator(from, problem); !problem && it != fs::end(it); it.increment(problem)) {
      const auto entry = it->path().filename().string();
      if (any_folders) {
        std::error_code ignored;
        if (it->is_directory(ignored) && !it->is_symlink(ignored)) SG_TRY(below(folder / entry, part, depth + 1));
      } else if (::fnmatch(name.c_str(), entry.c_str(), FNM_PERIOD) == 0) {
        SG_TRY(found(folder / entry, part, depth));
      }
    }
    if (problem) return fail(ErrorCode::io, fmt::format("cannot read {}: {}", from.string(), problem.message()));
    return {};
  }

  std::set<fs::path> files;

private:
  Status found(const fs::path& path, std::size_t part, int depth)
  {
    if (part + 1 < m_parts.size()) return below(path, part + 1, depth + 1);
    std::error_code ignored;
    if (fs::exists(path, ignored) && !fs::is_directory(path, ignored)) files.insert(path);
    if (files.size() <= k_most_files) return {};
    return fail(ErrorCode::bad_input, fmt::format("more than {} files fit the pattern", k_most_files),
                "give a narrower pattern");
  }

  std::vector<fs::path> m_parts;
  std::size_t m_steps = 0;
};

} // namespace

Result<std::vector<fs::path>> files_for(const std::string& pattern)
{
  std::error_code ignored;
  if (!is_pattern(pattern) || fs::exists(pattern, ignored)) return std::vector<fs::path>{pattern};
  Search search(pattern);
  SG_TRY(during(search.below({}, 0, 0), fmt::format("while looking for {}", pattern)));
  if (search.files.empty()) {
    return fail(ErrorCode::not_found, fmt::format("no file fits {}", pattern),
                "quote the pattern, so that the shell leaves it alone; ** stands for any folders");
  }
  return std::vector<fs::path>(search.files.begin(), search.files.end());
}

} // namespace streamgate::parse_junit
