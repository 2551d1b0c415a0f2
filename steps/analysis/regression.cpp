// SPDX-License-Identifier: Apache-2.0
#include "analysis/regression.hpp"

#include "analysis/fisher.hpp"
#include "analysis/wording.hpp"

#include <fmt/format.h>

#include <utility>

namespace streamgate::analysis {
namespace {

using enum RegressionState;

// Passes that count, and runs.
struct Rate {
  std::int64_t good;
  std::int64_t runs;

  std::int64_t bad() const { return runs - good; }
  double value() const { return runs == 0 ? 0 : static_cast<double>(good) / static_cast<double>(runs); }
};

// Return true when the pass rate fell by more than `points` from base to sample.
bool lost_more_than(std::int64_t points, const Rate& base, const Rate& sample)
{
  return (base.good * sample.runs - sample.good * base.runs) * 100 > points * base.runs * sample.runs;
}

bool improved(const Rate& base, const Rate& sample)
{
  return sample.good * base.runs >= base.good * sample.runs;
}

double p_of(const Rate& base, const Rate& sample)
{
  if (improved(base, sample)) return fisher_right_tail({base.bad(), base.good, sample.bad(), sample.good});
  return fisher_right_tail({sample.bad(), sample.good, base.bad(), base.good});
}

RegressionState judge(const Rate& base, const Rate& sample, double p, const RegressionRules& rules)
{
  // Before all else, an improvement too: so does Sippy.
  if (sample.bad() < rules.minimum_failures) return no_significant_difference;
  const bool significant = p < static_cast<double>(100 - rules.confidence) / 100;
  if (!significant) return no_significant_difference;
  if (improved(base, sample)) return significant_improvement;
  if (!lost_more_than(rules.pity, base, sample)) return no_significant_difference;
  return lost_more_than(rules.extreme, base, sample) ? extreme_regression : significant_regression;
}

RegressionState judge_new(const Rate& sample, bool any_base, const RegressionRules& rules)
{
  const bool enough = sample.runs >= rules.new_test_runs;
  const bool good = sample.good * 100 >= rules.new_test_rate * sample.runs;
  if (enough && !good && sample.bad() >= rules.minimum_failures) return new_test_too_bad;
  if (!any_base) return basis_missing;
  return enough && good ? new_test_ok : not_enough_data;
}

std::string conclusion(const Rate& base, const Rate& sample, double p, RegressionState state,
                       const RegressionRules& rules)
{
  const std::string chance = say_chance(p, rules.sample);
  switch (state) {
  case significant_regression:
    return fmt::format("so this is a regression ({})", chance);
  case extreme_regression:
    return fmt::format("so this is a regression, and one of more than {} points ({})", rules.extreme, chance);
  case significant_improvement:
    return fmt::format("so this is an improvement ({})", chance);
  default:
    break;
  }
  if (sample.bad() == 0) return "which is no regression";
  if (sample.bad() < rules.minimum_failures)
    return fmt::format("and fewer than {} failures are not taken for a regression", rules.minimum_failures);
  if (improved(base, sample) || p >= static_cast<double>(100 - rules.confidence) / 100)
    return fmt::format("so this is no significant difference ({})", chance);
  return fmt::format("but a loss of up to {} points is forgiven", rules.pity);
}

std::string sentence_of_new(const Rate& sample, RegressionState state, const RegressionRules& rules)
{
  const std::string passed =
      fmt::format("passed {} in the last {} and did not run in the {} before", say_rate(sample.good, sample.runs),
                  say_days(rules.sample), say_days(rules.base));
  switch (state) {
  case new_test_ok:
    return fmt::format("{}: a new test, which passes the {} % that is asked of one", passed, rules.new_test_rate);
  case new_test_too_bad:
    return fmt::format("{}: {} % over at least {} runs is asked of a new test", passed, rules.new_test_rate,
                       rules.new_test_runs);
  case basis_missing:
    return fmt::format("{}, nor did any other test: there is nothing to compare with", passed);
  default:
    return fmt::format("{}: {} runs and {} failures are too few to tell of a new test", passed, sample.runs,
                       sample.bad());
  }
}

std::vector<Comparison> compare_all(const std::map<std::string, Observations>& all, WallTime now,
                                    const RegressionRules& rules)
{
  struct Windows {
    const std::string* id;
    Counts base;
    Counts sample;
  };
  std::vector<Windows> windows;
  bool any_base = false;
  const WallTime border = now - rules.sample;
  for (const auto& [id, observations] : all) {
    Windows one{&id, count(observations, border - rules.base, border), count(observations, border, now)};
    any_base = any_base || one.base.runs > 0;
    if (one.base.runs > 0 || one.sample.runs > 0) windows.push_back(one);
  }
  std::vector<Comparison> out;
  out.reserve(windows.size());
  for (const auto& one : windows) out.push_back(compare(*one.id, one.base, one.sample, any_base, rules));
  return out;
}

} // namespace

Comparison compare(std::string id, const Counts& base, const Counts& sample, bool any_base,
                   const RegressionRules& rules)
{
  const Rate before{base.good(rules.flake_as_failure), base.runs};
  const Rate now{sample.good(rules.flake_as_failure), sample.runs};
  Comparison out{std::move(id), base, sample, before.value(), now.value(), std::nullopt, not_enough_data, ""};
  if (sample.runs == 0) {
    out.text = fmt::format("did not run in the last {}", say_days(rules.sample));
    if (base.runs > 0)
      out.text = fmt::format("passed {} in the {} before and {}", say_rate(before.good, before.runs),
                             say_days(rules.base), out.text);
  } else if (base.runs == 0) {
    out.state = judge_new(now, any_base, rules);
    out.text = sentence_of_new(now, out.state, rules);
  } else {
    out.p = p_of(before, now);
    out.state = judge(before, now, *out.p, rules);
    out.text = fmt::format("passed {} in the {} before, {} in the last {}: {}, {}", say_rate(before.good, before.runs),
                           say_days(rules.base), say_rate(now.good, now.runs), say_days(rules.sample), say_p(*out.p),
                           conclusion(before, now, *out.p, out.state, rules));
  }
  return out;
}

std::vector<Comparison> compare_tests(const TestHistory& history, WallTime now, const RegressionRules& rules)
{
  return compare_all(history.tests(), now, rules);
}

std::vector<Comparison> compare_suites(const TestHistory& history, WallTime now, const RegressionRules& rules)
{
  return compare_all(history.suites(), now, rules);
}

} // namespace streamgate::analysis
