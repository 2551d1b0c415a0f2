// SPDX-License-Identifier: Apache-2.0
#include "categorize/lint.hpp"

#include "base/ascii.hpp"
#include "categorize/patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace streamgate::categorize {
namespace {

// How far ahead a known issue may expire, in days.
constexpr int k_longest_days = 180;

Finding error(std::string check, std::string in, std::string text)
{
  return {Severity::error, std::move(check), std::move(in), std::move(text)};
}

// The patterns of a rule, by the member's name.
std::vector<std::pair<std::string_view, std::string_view>> patterns_of(const Rule& rule)
{
  std::vector<std::pair<std::string_view, std::string_view>> out{{"message", rule.message},
                                                                 {"detail", rule.detail},
                                                                 {"text", rule.text},
                                                                 {"test", rule.test},
                                                                 {"suite", rule.suite},
                                                                 {"node", rule.node},
                                                                 {"proof_failed", rule.proof_failed}};
  if (rule.event) out.emplace_back("event", rule.event->pattern);
  if (rule.container) out.emplace_back("container", rule.container->pattern);
  if (rule.log) out.emplace_back("log", rule.log->pattern);
  std::erase_if(out, [](const auto& entry) { return entry.second.empty(); });
  return out;
}

bool fits_empty_text(std::string_view pattern)
{
  return Pattern(std::string(pattern)).fits("");
}

// Of texts that have nothing in common, all.
bool fits_any_letter(std::string_view pattern)
{
  const Pattern one{std::string(pattern)};
  return std::ranges::all_of(std::array{"a", "0", "/", " "}, [&](const char* text) { return one.fits(text); });
}

// The conditions of a rule as one text: the same for rules that take the same.
std::string conditions_of(Rule rule)
{
  rule.id = rule.category = rule.owner = rule.next_step = "";
  rule.confidence.reset();
  return to_json(rule);
}

// Return the literals that a pattern is made of, in lower case: "a|b\.c" gives "a" and "b.c"; nothing for a pattern
// that is more than literals.
std::optional<std::vector<std::string>> literals(std::string_view pattern)
{
  constexpr std::string_view k_special = ".*+?()[]{}^$";
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (k_special.find(c) != std::string_view::npos) return std::nullopt;
    if (c == '|') {
      out.emplace_back();
      continue;
    }
    if (c == '\\') {
      if (++i == pattern.size()) return std::nullopt;
      c = pattern[i];
      if (ascii::lower(c) != c || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return std::nullopt;
    }
    out.back() += ascii::lower(c);
  }
  return out;
}

bool holds_one(const std::string& text, const std::vector<std::string>& parts)
{
  return std::ranges::any_of(parts, [&](const std::string& part) { return text.find(part) != std::string::npos; });
}

// Return true when whatever fits `narrow` fits `wide`, as far as literals decide it.
bool is_within(std::string_view narrow, std::string_view wide)
{
  if (narrow == wide) return true;
  const auto inner = literals(narrow);
  const auto outer = literals(wide);
  return inner && outer && std::ranges::all_of(*inner, [&](const auto& text) { return holds_one(text, *outer); });
}

// Return true when `earlier` has but one pattern on the failure, and the same or a broader one than `later`: nothing
// comes to `later`.
bool is_shadowed(const Rule& later, const Rule& earlier)
{
  Rule rest = earlier;
  rest.text = rest.message = rest.detail = "";
  if (conditions_of(rest) != conditions_of(Rule{})) return false;
  const auto covers = [](const std::string& narrow, const std::string& wide) {
    return !narrow.empty() && !wide.empty() && is_within(narrow, wide);
  };
  const int patterns = int(!earlier.text.empty()) + int(!earlier.message.empty()) + int(!earlier.detail.empty());
  if (patterns != 1) return false;
  return covers(later.text, earlier.text) || covers(later.message, earlier.text) ||
         covers(later.detail, earlier.text) || covers(later.message, earlier.message) ||
         covers(later.detail, earlier.detail);
}

std::string taker(const Rules& rules, std::optional<std::size_t> found)
{
  return found ? fmt::format("rule '{}'", rules.config().rules[*found].id) : "no rule";
}

// What becomes of the examples of the rule at `position`, or of those that no rule may take.
class ExampleLint {
public:
  ExampleLint(Rules& rules, const std::string& id, std::optional<std::size_t> position, std::vector<Finding>& out)
      : m_rules(rules), m_id(id), m_position(position), m_out(out)
  {
  }

  void run(const RuleExamples& examples)
  {
    std::size_t lost = 0;
    for (std::size_t k = 0; k < examples.takes.size(); ++k) lost += takes(examples.takes[k], k + 1) ? 1U : 0U;
    if (lost == examples.takes.size())
      m_out.push_back(error("unreachable", m_id, "every example of this rule is taken by an earlier one"));
    for (std::size_t k = 0; k < examples.leaves.size(); ++k) {
      if (taken_by(examples.leaves[k]) == m_position)
        m_out.push_back(error("takes-too-much", m_id, fmt::format("example {} of what it leaves is taken", k + 1)));
    }
  }

private:
  std::optional<std::size_t> taken_by(const Example& example)
  {
    m_rules.see(example.facts);
    return m_rules.first(example.as_test());
  }

  // Return true when an earlier rule takes the example.
  bool takes(const Example& example, std::size_t number)
  {
    const auto found = taken_by(example);
    if (found == m_position) return false;
    m_out.push_back(error("example-elsewhere", m_id,
                          fmt::format("example {} of what it takes is taken by {}", number, taker(m_rules, found))));
    return found && m_position && *found < *m_position;
  }

  Rules& m_rules;
  const std::string& m_id;
  std::optional<std::size_t> m_position;
  std::vector<Finding>& m_out;
};

} // namespace

std::vector<Finding> lint_rules(const Config& config)
{
  std::vector<Finding> out;
  for (std::size_t i = 0; i < config.rules.size(); ++i) {
    const auto& rule = config.rules[i];
    for (const auto& [member, pattern] : patterns_of(rule)) {
      if (fits_empty_text(pattern))
        out.push_back(error("fits-everything", rule.id, fmt::format("its {} fits the empty text, and so any", member)));
    }
    for (std::size_t k = 0; k < i; ++k) {
      const auto& earlier = config.rules[k];
      if (conditions_of(rule) == conditions_of(earlier)) {
        out.push_back(error("duplicate", rule.id, fmt::format("rule '{}' has the same conditions", earlier.id)));
      } else if (is_shadowed(rule, earlier)) {
        out.push_back(error("shadowed", rule.id, fmt::format("rule '{}' takes all that this one would", earlier.id)));
      }
    }
  }
  for (const auto& category : config.categories) {
    if (category.id != k_unknown && std::ranges::find(config.rules, category.id, &Rule::category) == config.rules.end())
      out.push_back(error("no-rule", category.id, "no rule puts a test into this category"));
  }
  return out;
}

std::vector<Finding> lint_examples(Rules& rules, const Examples& examples)
{
  std::vector<Finding> out;
  const auto& all = rules.config().rules;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto found = examples.examples.find(all[i].id);
    if (found == examples.examples.end())
      out.push_back(error("no-example", all[i].id, "there is no example of what it takes"));
    else ExampleLint(rules, all[i].id, i, out).run(found->second);
  }
  for (const auto& [id, of_rule] : examples.examples) {
    if (id == k_unknown) ExampleLint(rules, id, std::nullopt, out).run(of_rule);
    else if (std::ranges::find(all, id, &Rule::id) == all.end())
      out.push_back(error("example-of-nothing", id, "there is no such rule"));
  }
  return out;
}

std::vector<Finding> lint_categories(const IssueList& list, const Config& config)
{
  std::vector<Finding> out;
  for (const auto& issue : list.issues) {
    if (!issue.category.empty() &&
        std::ranges::find(config.categories, issue.category, &Category::id) == config.categories.end())
      out.push_back(error("no-category", issue.id, fmt::format("there is no category '{}'", issue.category)));
  }
  return out;
}

std::vector<Finding> lint_issues(const IssueList& list, std::chrono::sys_days today)
{
  std::vector<Finding> out;
  for (const auto& issue : list.issues) {
    const std::array<std::pair<std::string_view, const std::string*>, 3> patterns{
        {{"test", &issue.test}, {"message", &issue.message}, {"detail", &issue.detail}}};
    for (const auto& [member, pattern] : patterns) {
      if (!pattern->empty() && fits_any_letter(*pattern))
        out.push_back(error("fits-everything", issue.id, fmt::format("its {} fits nearly any text", member)));
    }
    const auto left = (expiry(issue) - today).count();
    if (left > k_longest_days) {
      out.push_back(
          error("expires-late", issue.id, fmt::format("it expires in {} days; {} is the most", left, k_longest_days)));
    }
    if (left < 0)
      out.push_back({Severity::warning, "expired", issue.id,
                     fmt::format("it expired on {}: its failures count again", issue.expires)});
  }
  return out;
}

} // namespace streamgate::categorize
