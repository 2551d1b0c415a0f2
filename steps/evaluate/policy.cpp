// SPDX-License-Identifier: Apache-2.0
#include "evaluate/policy.hpp"

#include "base/file.hpp"
#include "base/yaml.hpp"
#include "record/schema.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>

namespace streamgate::evaluate {

// Patterns that are searched for anywhere in a text.
class Patterns {
public:
  static Result<std::shared_ptr<const Patterns>> compile(const std::vector<std::string>& patterns,
                                                         std::string_view where)
  {
    auto out = std::make_shared<Patterns>();
    for (const auto& pattern : patterns) {
      RE2::Options options;
      options.set_log_errors(false);
      auto compiled = std::make_unique<RE2>(pattern, options);
      if (!compiled->ok())
        return fail(ErrorCode::bad_input,
                    fmt::format("{}: '{}' is not a pattern of RE2: {}", where, pattern, compiled->error()));
      out->m_all.push_back(std::move(compiled));
    }
    return std::shared_ptr<const Patterns>(std::move(out));
  }

  bool fit(std::string_view text) const
  {
    return std::ranges::any_of(
        m_all, [&](const auto& one) { return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *one); });
  }

private:
  std::vector<std::unique_ptr<RE2>> m_all;
};

namespace {

constexpr std::string_view k_at_least = "at-least ";

// True when `text` is `pattern`, in which '*' stands for any text. Linear but for the last '*', which is tried anew.
bool fits(std::string_view pattern, std::string_view text)
{
  std::size_t p = 0, t = 0, star = std::string_view::npos, from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::int64_t number_after(std::string_view text, std::string_view prefix)
{
  std::int64_t out = 0;
  text.remove_prefix(prefix.size());
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

} // namespace

Policy::Policy() : m_informing(std::make_shared<Patterns>()), m_key_tests(m_informing) {}

Result<Policy> Policy::parse(std::string_view yaml, std::string_view what)
{
  SG_TRY_ASSIGN(const auto document, yaml::parse(yaml, what));
  SG_TRY(record::check_schema(document, "gate", what));
  Policy out;
  SG_TRY_ASSIGN(out.m_file, from_json<PolicyFile>(document, what));
  SG_TRY_ASSIGN(out.m_informing,
                Patterns::compile(out.m_file.informing_tests, fmt::format("{}: informing_tests", what)));
  SG_TRY_ASSIGN(out.m_key_tests,
                Patterns::compile(out.m_file.mass_failure.key_tests, fmt::format("{}: mass_failure.key_tests", what)));
  const auto& suites = out.m_file.suites;
  if (std::ranges::none_of(suites, [](const SuiteRule& rule) { return rule.role == Role::blocking; })) {
    return fail(ErrorCode::bad_input, fmt::format("{}: no suite blocks, so that every run would pass", what),
                "give the role `blocking` to the suites that decide");
  }
  const bool all_named =
      std::ranges::all_of(suites, [](const SuiteRule& rule) { return rule.match.find('*') == std::string::npos; });
  const auto blocking = std::ranges::count(suites, Role::blocking, &SuiteRule::role);
  if (out.m_file.pass.starts_with(k_at_least) && all_named && number_after(out.m_file.pass, k_at_least) > blocking) {
    return fail(ErrorCode::bad_input,
                fmt::format("{}: pass is '{}', but only {} suites block", what, out.m_file.pass, blocking));
  }
  return out;
}

namespace {

// Verdicts, history and notices go by the name in the file: a copy that kept its name would speak for the original.
Result<Policy> named_so(Result<Policy> policy, const std::string& gate, const std::filesystem::path& path)
{
  if (!policy || policy->file().name == gate || path == gate) return policy;
  return fail(ErrorCode::bad_input,
              fmt::format("{}: its name is '{}', not '{}'", path.string(), policy->file().name, gate),
              "a gate has the name of its file");
}

} // namespace

Result<Policy> Policy::find(const std::string& gate, const std::vector<std::filesystem::path>& folders)
{
  std::vector<std::filesystem::path> files;
  if (gate.find('/') != std::string::npos || gate.ends_with(".yaml")) files.emplace_back(gate);
  else
    for (const auto& folder : folders) files.push_back(folder / (gate + ".yaml"));
  for (const auto& path : files) {
    auto text = file::read(path);
    if (text) return named_so(parse(*text, path.string()), gate, path);
    if (text.error().code != ErrorCode::not_found) return std::unexpected(std::move(text.error()));
  }
  std::string looked;
  for (const auto& path : files) looked += (looked.empty() ? "" : ", ") + path.string();
  return fail(ErrorCode::not_found, fmt::format("there is no gate '{}': looked for {}", gate, looked),
              "--gate is the name of a policy, or a file; without it the defaults rule");
}

const SuiteRule& Policy::suite(std::string_view name) const
{
  static const SuiteRule k_blocks{};
  const auto it = std::ranges::find_if(m_file.suites, [&](const SuiteRule& rule) { return fits(rule.match, name); });
  return it == m_file.suites.end() ? k_blocks : *it;
}

bool Policy::only_informs(std::string_view test) const
{
  return m_informing->fit(test);
}

bool Policy::is_key_test(std::string_view test) const
{
  return m_key_tests->fit(test);
}

bool Policy::is_transient(std::string_view reason) const
{
  return std::ranges::find(m_file.transient, reason) != m_file.transient.end();
}

std::int64_t Policy::needed(std::int64_t blocking) const
{
  if (m_file.pass == "any") return 1;
  return m_file.pass.starts_with(k_at_least) ? number_after(m_file.pass, k_at_least) : blocking;
}

std::vector<std::string> Policy::named_suites() const
{
  std::vector<std::string> out;
  for (const auto& rule : m_file.suites) {
    if (rule.role == Role::blocking && rule.match.find('*') == std::string::npos) out.push_back(rule.match);
  }
  return out;
}

} // namespace streamgate::evaluate
