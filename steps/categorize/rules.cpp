// SPDX-License-Identifier: Apache-2.0
#include "categorize/rules.hpp"

#include "base/utf8.hpp"
#include "base/yaml.hpp"
#include "record/schema.hpp"

#include <fmt/format.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace streamgate::categorize {
namespace {

// With the default of 8 MiB the lazy automaton of some fifty rules is thrown away again and again: four times slower.
constexpr std::int64_t k_max_memory = std::int64_t{64} << 20U;
constexpr std::size_t k_matched_limit = 200;

RE2::Options options()
{
  RE2::Options out;
  out.set_case_sensitive(false);
  out.set_max_mem(k_max_memory);
  out.set_log_errors(false);
  return out;
}

// What a condition looks at.
enum class Field : std::size_t { message, detail, text, test };
constexpr std::array k_fields{Field::message, Field::detail, Field::text, Field::test};

const std::string& pattern_of(const Rule& rule, Field field)
{
  switch (field) {
  case Field::message:
    return rule.message;
  case Field::detail:
    return rule.detail;
  case Field::text:
    return rule.text;
  case Field::test:
    break;
  }
  return rule.test;
}

std::string subject_of(const record::TestResult& test, Field field)
{
  switch (field) {
  case Field::message:
    return test.message;
  case Field::detail:
    return test.detail;
  case Field::text:
    return test.message + "\n" + test.detail;
  case Field::test:
    break;
  }
  return test.id;
}

std::string_view name_of_field(Field field)
{
  constexpr std::array<std::string_view, 4> k_names{"message", "detail", "text", "test"};
  return k_names.at(static_cast<std::size_t>(field));
}

// One pattern of one rule. The set has it compiled; by itself it is compiled when it is needed, which is seldom.
struct Condition {
  std::size_t rule;
  std::string pattern;
};

// All patterns on one field: a set that finds in one pass which of them fit.
struct FieldPatterns {
  std::vector<Condition> conditions;
  std::unique_ptr<RE2::Set> set; // null without patterns

  // Return which conditions fit, by position.
  std::vector<bool> fitting(const std::string& subject) const
  {
    std::vector<bool> out(conditions.size());
    if (!set) return out;
    std::vector<int> found;
    RE2::Set::ErrorInfo problem{RE2::Set::kNoError};
    set->Match(subject, &found, &problem);
    if (problem.kind == RE2::Set::kNoError) {
      for (const int index : found) out[static_cast<std::size_t>(index)] = true;
      return out;
    }
    // The automaton of all patterns together grew too large for this text: ask them one by one.
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      out[i] = RE2::PartialMatch(subject, RE2(conditions[i].pattern, options()));
    }
    return out;
  }
};

Status add_patterns(const std::vector<Rule>& rules, Field field, FieldPatterns& to)
{
  auto set = std::make_unique<RE2::Set>(options(), RE2::UNANCHORED);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& pattern = pattern_of(rules[i], field);
    if (pattern.empty()) continue;
    std::string problem;
    if (set->Add(pattern, &problem) < 0) {
      return fail(ErrorCode::bad_input, fmt::format("rule '{}': its {} is not a pattern of RE2: {}", rules[i].id,
                                                    name_of_field(field), problem));
    }
    to.conditions.push_back({i, pattern});
  }
  if (to.conditions.empty()) return {};
  if (!set->Compile())
    return fail(ErrorCode::bad_input, fmt::format("the {} patterns together are too large", name_of_field(field)));
  to.set = std::move(set);
  return {};
}

Status check_names(const Config& config)
{
  std::set<std::string> categories;
  for (const auto& category : config.categories) {
    if (!categories.insert(category.id).second) {
      return fail(ErrorCode::bad_input, fmt::format("category '{}' is there twice", category.id));
    }
  }
  if (!categories.contains(std::string(k_unknown))) {
    return fail(ErrorCode::bad_input, fmt::format("there is no category '{}', for what no rule takes", k_unknown));
  }
  std::set<std::string> rules;
  for (const auto& rule : config.rules) {
    if (!rules.insert(rule.id).second)
      return fail(ErrorCode::bad_input, fmt::format("rule '{}' is there twice", rule.id));
    if (!categories.contains(rule.category)) {
      return fail(ErrorCode::bad_input, fmt::format("rule '{}': there is no category '{}'", rule.id, rule.category));
    }
    const bool some = std::ranges::any_of(k_fields, [&](Field field) { return !pattern_of(rule, field).empty(); });
    if (!some && rule.status.empty()) {
      return fail(ErrorCode::bad_input,
                  fmt::format("rule '{}' has no condition, so that no rule after it is reached", rule.id));
    }
  }
  return {};
}

} // namespace

struct Rules::Impl {
  Config config;
  std::array<FieldPatterns, k_fields.size()> patterns;

  std::optional<std::size_t> first(const record::TestResult& test) const;
  std::string matched(std::size_t rule, const record::TestResult& test) const;
  Status check_examples() const;
};

std::optional<std::size_t> Rules::Impl::first(const record::TestResult& test) const
{
  std::vector<bool> fits(config.rules.size());
  for (std::size_t i = 0; i < fits.size(); ++i) {
    const auto& wanted = config.rules[i].status;
    fits[i] = wanted.empty() || std::ranges::find(wanted, test.status) != wanted.end();
  }
  for (const auto field : k_fields) {
    const auto& on = patterns.at(static_cast<std::size_t>(field));
    const auto found = on.fitting(subject_of(test, field));
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!found[i]) fits[on.conditions[i].rule] = false;
    }
  }
  const auto rule = static_cast<std::size_t>(std::ranges::find(fits, true) - fits.begin());
  return rule == fits.size() ? std::nullopt : std::optional(rule);
}

// The text that the rule's first condition found.
std::string Rules::Impl::matched(std::size_t rule, const record::TestResult& test) const
{
  for (const auto field : k_fields) {
    for (const auto& condition : patterns.at(static_cast<std::size_t>(field)).conditions) {
      if (condition.rule != rule) continue;
      const auto subject = subject_of(test, field);
      re2::StringPiece whole;
      if (RE2(condition.pattern, options()).Match(subject, 0, subject.size(), RE2::UNANCHORED, &whole, 1))
        return whole.as_string();
    }
  }
  return {};
}

Status Rules::Impl::check_examples() const
{
  for (std::size_t i = 0; i < config.rules.size(); ++i) {
    const auto& rule = config.rules[i];
    for (std::size_t k = 0; k < rule.examples.size(); ++k) {
      const auto& example = rule.examples[k];
      record::TestResult test;
      test.id = example.test;
      test.status = example.status;
      test.message = example.message;
      test.detail = example.detail;
      const auto found = first(test);
      if (found && *found == i) continue;
      return fail(
          ErrorCode::bad_input,
          fmt::format("rule '{}': its example {} is taken by {}", rule.id, k + 1,
                      found ? fmt::format("rule '{}', which comes before or fits instead", config.rules[*found].id)
                            : "no rule"),
          "the first rule that fits decides: change the pattern, the example or the order");
    }
  }
  return {};
}

Rules::Rules(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Rules::Rules(Rules&&) noexcept = default;
Rules& Rules::operator=(Rules&&) noexcept = default;
Rules::~Rules() = default;

Result<Rules> Rules::parse(std::string_view yaml, std::string_view what)
{
  SG_TRY_ASSIGN(const auto document, yaml::parse(yaml, what));
  SG_TRY(record::check_schema(document, "categories", what));
  auto impl = std::make_unique<Impl>();
  SG_TRY_ASSIGN(impl->config, from_json<Config>(document, what));
  const auto while_reading = fmt::format("reading {}", what);
  SG_TRY(during(check_names(impl->config), while_reading));
  for (const auto field : k_fields) {
    SG_TRY(during(add_patterns(impl->config.rules, field, impl->patterns.at(static_cast<std::size_t>(field))),
                  while_reading));
  }
  SG_TRY(during(impl->check_examples(), while_reading));
  return Rules(std::move(impl));
}

const std::vector<Category>& Rules::categories() const
{
  return m_impl->config.categories;
}

record::Failure Rules::judge(const record::TestResult& test) const
{
  const auto found = m_impl->first(test);
  const auto* rule = found ? &m_impl->config.rules[*found] : nullptr;
  const std::string id = rule != nullptr ? rule->category : std::string(k_unknown);
  const auto& category = *std::ranges::find(m_impl->config.categories, id, &Category::id);
  record::Failure out;
  out.id = test.id;
  out.category = category.id;
  out.title = category.title;
  out.rule = rule != nullptr ? rule->id : "";
  out.matched = found ? utf8::truncate(utf8::repair(m_impl->matched(*found, test)), k_matched_limit) : "";
  out.message = test.message;
  out.owner = rule != nullptr && !rule->owner.empty() ? rule->owner : category.owner;
  out.next_step = rule != nullptr && !rule->next_step.empty() ? rule->next_step : category.next_step;
  return out;
}

} // namespace streamgate::categorize
