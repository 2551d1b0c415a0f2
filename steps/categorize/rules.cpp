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
#include <atomic>
#include <set>
#include <thread>
#include <utility>

namespace streamgate::categorize {
namespace {

constexpr std::size_t k_matched_limit = 200;
// Failures that a thread takes at a time: enough to pay for its start.
constexpr std::size_t k_share = 256;
constexpr std::size_t k_most_threads = 4;

// What a pattern on a test looks at. `text` is the message and the detail.
enum class Field : std::size_t { text, message, detail, test, suite };
constexpr std::array k_fields{Field::text, Field::message, Field::detail, Field::test, Field::suite};
constexpr std::array k_others{Field::message, Field::detail, Field::test, Field::suite};
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
  const FoldedText& text;                                      // the message, a line end and the detail
  std::array<std::vector<char>, k_fields.size()> fitting = {}; // by the number of a pattern
  std::optional<NamesIn> names = {};

  std::string_view subject(Field field) const
  {
    switch (field) {
    case Field::text:
      return text.original();
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
  const NamesIn& named()
  {
    if (!names) names.emplace(text.original());
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
  std::vector<FactFit> facts;         // by rule
  std::vector<std::size_t> on_text;   // rule of each pattern on the text
  std::vector<std::size_t> on_others; // rules without one, as far as the facts allow them

  Status compile();
  void allow();
  Look look_at(const record::TestResult& test) const;
  std::optional<Found> first(Look& look) const;
  bool fits(std::size_t rule, Field field, Look& look) const;
  std::string matched(std::size_t rule, const Look& look) const;
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
  for (std::size_t i = 0; i < config.rules.size(); ++i) {
    if (!config.rules[i].text.empty()) on_text.push_back(i);
  }
  allow();
  return {};
}

// Most rules have a pattern on the text: one pass over it leaves few that must be looked at.
void Rules::Impl::allow()
{
  on_others.clear();
  for (std::size_t i = 0; i < config.rules.size(); ++i) {
    if (config.rules[i].text.empty() && facts[i].possible) on_others.push_back(i);
  }
}

Look Rules::Impl::look_at(const record::TestResult& test) const
{
  thread_local std::string text; // a Look is gone before the next begins
  thread_local FoldedText folded;
  text.assign(test.message).append("\n").append(test.detail);
  folded.assign(text);
  return {.test = test, .text = folded};
}

bool Rules::Impl::fits(std::size_t rule, Field field, Look& look) const
{
  const auto& of = fields.at(index_of(field));
  const int number = of.number[rule];
  if (number < 0) return true;
  auto& fitting = look.fitting.at(index_of(field));
  if (fitting.empty()) {
    fitting.resize(of.patterns.size());
    std::vector<int> numbers;
    of.patterns.fitting(FoldedText(look.subject(field)), numbers);
    for (const int found : numbers) fitting[static_cast<std::size_t>(found)] = 1;
  }
  return fitting[static_cast<std::size_t>(number)] != 0;
}

std::optional<Found> Rules::Impl::first(Look& look) const
{
  // Kept for the next test: allocating them anew is a tenth of the time.
  thread_local std::vector<int> fitting;
  thread_local std::vector<std::size_t> candidates;
  candidates = on_others;
  fields.at(index_of(Field::text)).patterns.fitting(look.text, fitting);
  for (const int found : fitting) candidates.push_back(on_text[static_cast<std::size_t>(found)]);
  std::ranges::sort(candidates);
  for (const auto i : candidates) {
    if (!facts[i].possible || outside(config.rules[i], look.test)) continue;
    if (!std::ranges::all_of(k_others, [&](Field field) { return fits(i, field, look); })) continue;
    if (facts[i].of_test.empty()) return Found{i, facts[i].evidence};
    if (auto evidence = evidence_for(facts[i], look.named())) return Found{i, std::move(*evidence)};
  }
  return std::nullopt;
}

// The text that the rule's first pattern found, without secrets. It is cleaned before it is cut: half a secret has no
// shape.
std::string Rules::Impl::matched(std::size_t rule, const Look& look) const
{
  for (const auto field : k_fields) {
    const auto& of = fields.at(index_of(field));
    if (of.number[rule] < 0) continue;
    const auto number = static_cast<std::size_t>(of.number[rule]);
    const auto found = field == Field::text ? of.patterns.find(number, look.text)
                                            : of.patterns.find(number, FoldedText(look.subject(field)));
    if (found.size() <= k_matched_limit && utf8::valid(found) && !redact::suspicious(found)) return std::string(found);
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
  m_impl->allow();
}

std::optional<std::size_t> Rules::first(const record::TestResult& test) const
{
  auto look = m_impl->look_at(test);
  const auto found = m_impl->first(look);
  return found ? std::optional(found->rule) : std::nullopt;
}

record::Failure Rules::judge(const record::TestResult& test) const
{
  auto look = m_impl->look_at(test);
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

std::vector<record::Failure> Rules::judge_all(const std::vector<const record::TestResult*>& tests) const
{
  std::vector<record::Failure> out(tests.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t from = 0; (from = next.fetch_add(k_share)) < tests.size();) {
      const auto to = std::min(from + k_share, tests.size());
      for (std::size_t i = from; i < to; ++i) out[i] = judge(*tests[i]);
    }
  };
  std::vector<std::jthread> others;
  const auto useful = std::min<std::size_t>(std::thread::hardware_concurrency(), k_most_threads);
  while (others.size() + 1 < std::min(useful, tests.size() / k_share)) others.emplace_back(work);
  work();
  others.clear(); // waits for them
  return out;
}

} // namespace streamgate::categorize
