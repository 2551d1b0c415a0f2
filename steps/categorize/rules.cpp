// SPDX-License-Identifier: Apache-2.0
#include "categorize/rules.hpp"

#include "base/redact.hpp"
#include "base/utf8.hpp"
#include "base/yaml.hpp"
#include "categorize/patterns.hpp"
#include "record/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace streamgate::categorize {
namespace {

constexpr std::size_t k_matched_limit = 200;

// What a pattern on a test looks at. The message and the detail together come first: most rules look there.
enum class Field : std::size_t { text, message, detail, test, suite };
constexpr std::array k_fields{Field::text, Field::message, Field::detail, Field::test, Field::suite};
constexpr std::array<std::string_view, k_fields.size()> k_field_names{"text", "message", "detail", "test", "suite"};

constexpr std::size_t index_of(Field field)
{
  return static_cast<std::size_t>(field);
}

const std::string& pattern_of(const Rule& rule, Field field)
{
  switch (field) {
  case Field::text:
    return rule.text;
  case Field::message:
    return rule.message;
  case Field::detail:
    return rule.detail;
  case Field::test:
    return rule.test;
  case Field::suite:
    break;
  }
  return rule.suite;
}

bool has_pattern(const Rule& rule)
{
  return std::ranges::any_of(k_fields, [&](Field field) { return !pattern_of(rule, field).empty(); });
}

bool reads_the_failure(const Rule& rule)
{
  return !rule.message.empty() || !rule.detail.empty() || !rule.text.empty();
}

bool has_condition(const Rule& rule)
{
  return has_pattern(rule) || wants_facts(rule) || !rule.status.empty() || rule.min_duration_s || rule.max_duration_s ||
         rule.min_attempts > 1;
}

// What the words of a failure say and facts agree with is nearly sure; what stands beside it is a guess.
double confidence_of(const Rule& rule)
{
  if (rule.confidence) return *rule.confidence;
  const bool facts = wants_facts(rule);
  if (reads_the_failure(rule)) return facts ? 0.95 : 0.8;
  return facts ? 0.6 : 0.5;
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
    if (!has_condition(rule)) {
      return fail(ErrorCode::bad_input,
                  fmt::format("rule '{}' has no condition, so that no rule after it is reached", rule.id));
    }
  }
  return {};
}

Status in_rule(Status status, const Rule& rule, std::string_view member)
{
  return during(std::move(status), fmt::format("rule '{}': its {}", rule.id, member));
}

Status check_fact_patterns(const Rule& rule)
{
  if (rule.event) SG_TRY(in_rule(check_pattern(rule.event->pattern), rule, "event"));
  if (rule.container) SG_TRY(in_rule(check_pattern(rule.container->pattern), rule, "container"));
  if (rule.log) SG_TRY(in_rule(check_pattern(rule.log->pattern), rule, "log"));
  SG_TRY(in_rule(check_pattern(rule.node), rule, "node"));
  return in_rule(check_pattern(rule.proof_failed), rule, "proof_failed");
}

// One test, and what has been found out about it so far: each field is looked at only when a rule asks.
struct Look {
  const record::TestResult& test;
  std::string text = {}; // the message, a line end and the detail
  std::array<bool, k_fields.size()> done = {};
  std::optional<NamesIn> names = {};

  std::string_view subject(Field field)
  {
    switch (field) {
    case Field::text:
      return whole();
    case Field::message:
      return test.message;
    case Field::detail:
      return test.detail;
    case Field::test:
      return test.id;
    case Field::suite:
      break;
    }
    return test.suite;
  }
  std::string_view whole()
  {
    if (text.empty()) {
      text.reserve(test.message.size() + test.detail.size() + 1);
      text.append(test.message).append("\n").append(test.detail);
    }
    return text;
  }
  const NamesIn& named()
  {
    if (!names) names.emplace(whole());
    return *names;
  }
};

bool outside(const Rule& rule, const record::TestResult& test)
{
  if (!rule.status.empty() && std::ranges::find(rule.status, test.status) == rule.status.end()) return true;
  if (rule.min_duration_s && test.duration_s < *rule.min_duration_s) return true;
  if (rule.max_duration_s && test.duration_s > *rule.max_duration_s) return true;
  return test.attempts < rule.min_attempts;
}

struct Found {
  std::size_t rule;
  std::vector<std::string> evidence;
};

} // namespace

struct Rules::Impl {
  // All patterns on one field, and for each rule the number of its pattern, or -1.
  struct FieldPatterns {
    Patterns patterns;
    std::vector<int> number;
  };

  Config config;
  std::array<FieldPatterns, k_fields.size()> fields;
  std::vector<FactFit> facts; // by rule

  Status compile();
  std::optional<Found> first(Look& look) const;
  bool fits(std::size_t rule, Field field, Look& look, std::vector<char>& fitting) const;
  std::string matched(std::size_t rule, Look& look) const;
  const Category& category(std::string_view id) const
  {
    return *std::ranges::find(config.categories, id, &Category::id);
  }
};

Status Rules::Impl::compile()
{
  for (const auto field : k_fields) {
    auto& of = fields.at(index_of(field));
    for (const auto& rule : config.rules) {
      const auto& pattern = pattern_of(rule, field);
      of.number.push_back(pattern.empty() ? -1 : static_cast<int>(of.patterns.size()));
      if (!pattern.empty()) SG_TRY(in_rule(of.patterns.add(pattern), rule, k_field_names.at(index_of(field))));
    }
    SG_TRY(during(of.patterns.compile(), fmt::format("the patterns on {}", k_field_names.at(index_of(field)))));
  }
  for (const auto& rule : config.rules) {
    SG_TRY(check_fact_patterns(rule));
    facts.push_back({.possible = !wants_facts(rule), .evidence = {}});
  }
  return {};
}

// `fitting` has a row of one flag a pattern for each field, filled when the field is asked for first.
bool Rules::Impl::fits(std::size_t rule, Field field, Look& look, std::vector<char>& fitting) const
{
  const auto& of = fields.at(index_of(field));
  const int number = of.number[rule];
  if (number < 0) return true;
  const auto row = index_of(field) * config.rules.size();
  if (!std::exchange(look.done.at(index_of(field)), true)) {
    for (const int found : of.patterns.fitting(look.subject(field))) fitting[row + static_cast<std::size_t>(found)] = 1;
  }
  return fitting[row + static_cast<std::size_t>(number)] != 0;
}

std::optional<Found> Rules::Impl::first(Look& look) const
{
  std::vector<char> fitting(config.rules.size() * k_fields.size());
  for (std::size_t i = 0; i < config.rules.size(); ++i) {
    if (!facts[i].possible || outside(config.rules[i], look.test)) continue;
    if (!std::ranges::all_of(k_fields, [&](Field field) { return fits(i, field, look, fitting); })) continue;
    if (facts[i].of_test.empty()) return Found{i, facts[i].evidence};
    if (auto evidence = evidence_for(facts[i], look.named())) return Found{i, std::move(*evidence)};
  }
  return std::nullopt;
}

// The text that the rule's first pattern found, without secrets. It is cleaned before it is cut: half a secret has no
// shape.
std::string Rules::Impl::matched(std::size_t rule, Look& look) const
{
  for (const auto field : k_fields) {
    const auto& of = fields.at(index_of(field));
    if (of.number[rule] < 0) continue;
    const auto found = of.patterns.find(static_cast<std::size_t>(of.number[rule]), look.subject(field));
    return utf8::truncate(utf8::repair(redact::clean(found)), k_matched_limit);
  }
  return {};
}

Rules::Rules(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Rules::Rules(Rules&&) noexcept = default;
Rules& Rules::operator=(Rules&&) noexcept = default;
Rules::~Rules() = default;

Result<Config> parse_config(std::string_view yaml, std::string_view what)
{
  SG_TRY_ASSIGN(const auto document, yaml::parse(yaml, what));
  SG_TRY(record::check_schema(document, "categories", what));
  return from_json<Config>(document, what);
}

Result<Rules> Rules::make(Config config, std::string_view what)
{
  const auto while_reading = fmt::format("reading {}", what);
  auto impl = std::make_unique<Impl>();
  impl->config = std::move(config);
  SG_TRY(during(check_names(impl->config), while_reading));
  SG_TRY(during(impl->compile(), while_reading));
  return Rules(std::move(impl));
}

Result<Rules> Rules::parse(std::string_view yaml, std::string_view what)
{
  SG_TRY_ASSIGN(auto config, parse_config(yaml, what));
  return make(std::move(config), what);
}

const Config& Rules::config() const
{
  return m_impl->config;
}

bool Rules::wants_logs() const
{
  return std::ranges::any_of(m_impl->config.rules, [](const Rule& rule) { return rule.log.has_value(); });
}

void Rules::see(const RunFacts& facts)
{
  for (std::size_t i = 0; i < m_impl->config.rules.size(); ++i) {
    if (wants_facts(m_impl->config.rules[i])) m_impl->facts[i] = fit(m_impl->config.rules[i], facts);
  }
}

std::optional<std::size_t> Rules::first(const record::TestResult& test) const
{
  Look look{test};
  const auto found = m_impl->first(look);
  return found ? std::optional(found->rule) : std::nullopt;
}

record::Failure Rules::judge(const record::TestResult& test) const
{
  Look look{test};
  auto found = m_impl->first(look);
  const auto* rule = found ? &m_impl->config.rules[found->rule] : nullptr;
  const auto& category = m_impl->category(rule != nullptr ? std::string_view(rule->category) : k_unknown);
  record::Failure out;
  out.id = test.id;
  out.category = category.id;
  out.title = category.title;
  out.message = test.message;
  out.owner = category.owner;
  out.next_step = category.next_step;
  if (rule == nullptr) return out;
  out.rule = rule->id;
  out.matched = m_impl->matched(found->rule, look);
  out.confidence = confidence_of(*rule);
  out.evidence = std::move(found->evidence);
  if (!rule->owner.empty()) out.owner = rule->owner;
  if (!rule->next_step.empty()) out.next_step = rule->next_step;
  return out;
}

} // namespace streamgate::categorize
