// SPDX-License-Identifier: Apache-2.0
#include "evaluate/test_findings.hpp"

#include "base/utf8.hpp"
#include "evaluate/override.hpp"
#include "record/test_id.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace streamgate::evaluate {
namespace {

using record::Speaks;
using record::TestStatus;

constexpr std::size_t k_most_named = 3;
constexpr std::size_t k_most_noted = 50;

bool failing(TestStatus status)
{
  return status == TestStatus::failed || status == TestStatus::error;
}

std::string named(const std::vector<std::string>& ids)
{
  std::string out;
  for (std::size_t i = 0; i < std::min(ids.size(), k_most_named); ++i)
    out += (i == 0 ? "" : ", ") + utf8::truncate(ids[i], 200);
  if (ids.size() > k_most_named) out += fmt::format(" and {} more", ids.size() - k_most_named);
  return out;
}

// The ids of all rows. A row of a Gauge table that is not planned itself stands for its scenario, which is what is
// planned.
std::set<std::string, std::less<>> ids_heard(const record::Results& results, const std::set<std::string>& planned,
                                             const std::set<std::string>& with_tables)
{
  std::set<std::string, std::less<>> out;
  for (const auto& test : results.tests) {
    out.insert(test.id);
    if (planned.contains(test.id) || !with_tables.contains(test.suite)) continue;
    if (const auto scenario = record::without_table_row(test.id); !scenario.empty()) out.emplace(scenario);
  }
  return out;
}

// The counts of the rows themselves.
record::TestCounts count(const record::Results& results)
{
  record::TestCounts out;
  const auto of = [&](TestStatus status) {
    return std::ranges::count(results.tests, status, &record::TestResult::status);
  };
  out.passed = of(TestStatus::passed);
  out.failed = of(TestStatus::failed);
  out.error = of(TestStatus::error);
  out.skipped = of(TestStatus::skipped);
  out.missing = of(TestStatus::missing);
  out.flaky = std::ranges::count_if(
      results.tests, [](const record::TestResult& test) { return test.flaky && test.status == TestStatus::passed; });
  out.executed = out.passed + out.failed + out.error;
  out.planned = results.counts.planned;
  return out;
}

// True when it is known that something else ran than what was built: what failed then is no evidence against the
// change.
bool others_ran(const Evidence& evidence)
{
  const auto differs = [](const std::optional<record::Proof>& proof) {
    return proof && std::ranges::any_of(proof->rows, [](const record::ProofRow& row) {
             return !row.running.empty() && row.running != row.expected;
           });
  };
  if (evidence.deploy) {
    const auto& [before, after] = std::tie(evidence.deploy->before, evidence.deploy->after);
    if (differs(before) || differs(after) || (before && after && before->claim != after->claim)) return true;
  }
  return std::ranges::any_of(evidence.errors,
                             [](const auto& error) { return error.reason == reason(ErrorCode::proof_failed); });
}

class Tests {
public:
  Tests(const Policy& policy, const Evidence& evidence, WallTime now)
      : m_policy(policy), m_evidence(evidence), m_today(day_of(now))
  {
    for (const auto& suite : evidence.suites) {
      if (suite.run) m_planned.insert(suite.run->planned.begin(), suite.run->planned.end());
    }
    if (!evidence.failures) return;
    for (const auto& failure : evidence.failures->failures) {
      if (failure.known) m_known.emplace(failure.id, &*failure.known);
    }
  }

  TestFindings find()
  {
    find_suites();
    if (!m_evidence.results) {
      const auto& error = m_evidence.results.error();
      const bool absent = error.code == ErrorCode::not_found;
      m_out.against.push_back({ExitStatus::error, absent ? Weight::absence : Weight::suite, Stage::results,
                               std::string(reason(error.code)), error.text()});
    } else {
      find_rows(*m_evidence.results);
      find_lost(*m_evidence.results);
      find_sources(*m_evidence.results);
    }
    settle_quorum();
    return std::move(m_out);
  }

private:
  void add(Weight weight, Stage stage, ErrorCode code, std::string text, const std::string& suite = {},
           ExitStatus status = ExitStatus::error)
  {
    if (!suite.empty() && !m_policy.blocks(suite)) return note("suite " + suite, text + " (it only informs)");
    m_out.against.push_back({status, weight, stage, std::string(reason(code)), std::move(text), {}, suite});
  }
  void note(std::string about, std::string text)
  {
    if (m_out.noted.size() == k_most_noted) text = "there is more to be noted than is shown here";
    if (m_out.noted.size() > k_most_noted) return;
    m_out.noted.push_back({std::move(about), Speaks::noted, std::move(text)});
  }

  void find_suites();
  void find_suite(const std::string& name, const record::SuiteRun& run);
  void find_rerun(const std::string& name, const record::Rerun& rerun);
  void find_rows(const record::Results& results);
  void find_failed(const record::Results& results);
  bool excuse(const record::TestResult& test);
  void find_lost(const record::Results& results);
  void find_sources(const record::Results& results);
  void settle_quorum();

  const Policy& m_policy;
  const Evidence& m_evidence;
  std::string m_today;
  std::set<std::string> m_planned;
  std::map<std::string_view, const record::KnownIssue*> m_known; // by the test's id
  std::map<std::string, std::vector<std::string>> m_failed;      // that count, by suite
  TestFindings m_out;
};

void Tests::find_suites()
{
  const auto ran = [&](const std::string& name) {
    return std::ranges::find(m_evidence.suites, name, &Evidence::Suite::name) != m_evidence.suites.end();
  };
  if (m_evidence.suites.empty()) add(Weight::absence, Stage::test, ErrorCode::no_tests, "no test suite ran");
  else if (m_evidence.plan && !ran(m_evidence.plan->suite.name))
    add(Weight::absence, Stage::test, ErrorCode::no_tests,
        fmt::format("suite {} was planned, but did not run", m_evidence.plan->suite.name));
  for (const auto& name : m_policy.named_suites()) {
    if (!ran(name) && !(m_evidence.plan && m_evidence.plan->suite.name == name))
      add(Weight::absence, Stage::test, ErrorCode::no_tests,
          fmt::format("suite {} blocks by the gate's policy, but did not run", name), name);
  }
  for (const auto& [name, run] : m_evidence.suites) {
    if (run) {
      find_suite(name, *run);
    } else {
      const bool absent = run.error().code == ErrorCode::not_found;
      add(absent ? Weight::absence : Weight::suite, Stage::test, run.error().code, run.error().text(), name);
    }
  }
}

void Tests::find_suite(const std::string& name, const record::SuiteRun& run)
{
  const auto against = [&](ErrorCode code, std::string text) {
    add(Weight::suite, Stage::test, code, std::move(text), name);
  };
  if (run.state == record::SuiteState::listed) {
    against(ErrorCode::cancelled, fmt::format("suite {} never finished: what ran it was killed", name));
  } else if (run.ended == "timed-out") {
    against(ErrorCode::timeout, fmt::format("suite {} ran into its timeout", name));
  } else if (run.ended != "exited") {
    against(ErrorCode::cancelled, fmt::format("suite {} was ended from outside ({})", name, run.ended));
  } else if (run.planned.empty()) {
    against(ErrorCode::no_tests, fmt::format("suite {} listed no test before it ran", name));
  }
  // A test that failed at first and passed when it was run again accounts for the first exit code too.
  const bool silent = run.ended == "exited" && run.exit_code != 0 && m_evidence.results &&
                      std::ranges::none_of(m_evidence.results->tests, [&](const record::TestResult& test) {
                        return test.suite == run.suite && (failing(test.status) || test.flaky);
                      });
  if (silent)
    against(ErrorCode::bad_input,
            fmt::format("the runner of suite {} exited with {}, but no test of it is recorded as failed", name,
                        run.exit_code));
  if (!run.reruns.empty() && m_evidence.results) find_rerun(name, run.reruns.back());
}

// The last second run, if a failure is excused by it.
void Tests::find_rerun(const std::string& name, const record::Rerun& rerun)
{
  bool excuses = false;
  bool failed = false;
  for (const auto& test : m_evidence.results->tests) {
    if (std::ranges::find(rerun.tests, test.id) == rerun.tests.end()) continue;
    excuses = excuses || (test.flaky && test.status == TestStatus::passed);
    failed = failed || test.status != TestStatus::passed;
  }
  if (!excuses) return;
  if (rerun.ended != "exited")
    add(Weight::suite, Stage::test, rerun.ended == "timed-out" ? ErrorCode::timeout : ErrorCode::cancelled,
        fmt::format("the second run of suite {} did not end by itself ({}): what it says to have passed is no proof",
                    name, rerun.ended),
        name);
  else if (rerun.exit_code != 0 && !failed)
    add(Weight::suite, Stage::test, ErrorCode::bad_input,
        fmt::format("the runner of the second run of suite {} exited with {}, but no test of it is recorded as failed",
                    name, rerun.exit_code),
        name);
}

// True when a failed test does not count; it is noted then.
bool Tests::excuse(const record::TestResult& test)
{
  const auto known = m_known.find(test.id);
  if (known != m_known.end()) {
    const auto& issue = *known->second;
    if (m_today <= issue.expires) {
      note("known issue " + issue.id,
           fmt::format("{} failed, as is known until {} ({}, {})", test.id, issue.expires, issue.owner, issue.link));
      return true;
    }
    note("known issue " + issue.id,
         fmt::format("{} failed; the known issue expired on {}, so that it counts again ({}, {})", test.id,
                     issue.expires, issue.owner, issue.link));
  }
  if (!m_policy.only_informs(test.id) && m_policy.blocks(test.suite)) return false;
  note("test", fmt::format("{} failed, and only informs", test.id));
  return true;
}

void Tests::find_failed(const record::Results& results)
{
  std::int64_t executed = 0;
  std::vector<std::string> key;
  for (const auto& test : results.tests) {
    const bool counts = m_policy.blocks(test.suite) && !m_policy.only_informs(test.id);
    if (counts && (failing(test.status) || test.status == TestStatus::passed)) ++executed;
    if (test.status == TestStatus::passed && test.flaky) {
      const auto text = fmt::format("{} failed, and passed when it was run again", test.id);
      if (counts && m_policy.file().flakes == OnFlake::fail) m_failed[test.suite].push_back(test.id + " (flaky)");
      else note("flaky", text);
    }
    if (!failing(test.status)) continue;
    if (excuse(test)) {
      ++m_out.excused;
      continue;
    }
    m_failed[test.suite].push_back(test.id);
    if (m_policy.is_key_test(test.id)) key.push_back(test.id);
  }
  std::vector<std::string> all;
  for (const auto& [suite, ids] : m_failed) all.insert(all.end(), ids.begin(), ids.end());
  m_out.blocking_failed = static_cast<std::int64_t>(all.size());
  if (all.empty()) return;
  const auto& mass = m_policy.file().mass_failure;
  if (!key.empty()) {
    return add(Weight::suite, Stage::later, ErrorCode::environment,
               fmt::format("{} failed, on which all others rest: this is one error of the environment, not {} failures",
                           named(key), all.size()));
  }
  if (executed >= mass.least && m_out.blocking_failed * 100 > mass.percent * executed) {
    return add(Weight::suite, Stage::later, ErrorCode::environment,
               fmt::format("{} of {} tests failed, more than {} %: this is one error of the environment, not so many "
                           "failures: {}",
                           all.size(), executed, mass.percent, named(all)));
  }
  for (const auto& [suite, ids] : m_failed) {
    const auto text = m_failed.size() == 1
                          ? fmt::format("{} of {} tests failed: {}", ids.size(), executed, named(ids))
                          : fmt::format("{} tests of suite {} failed: {}", ids.size(), suite, named(ids));
    if (others_ran(m_evidence))
      add(Weight::suite, Stage::later, ErrorCode::test_failed,
          text + "; not held against the change, because other images ran", suite);
    else add(Weight::failed_tests, Stage::later, ErrorCode::test_failed, text, suite, ExitStatus::failed);
  }
}

void Tests::find_rows(const record::Results& results)
{
  const auto counts = count(results);
  if (to_json(counts) != to_json(results.counts)) {
    add(Weight::suite, Stage::later, ErrorCode::bad_input,
        "results.json contradicts itself: its counts are not those of its rows");
  }
  find_failed(results);
  std::map<std::string, std::vector<std::string>> missing;
  std::int64_t ran = 0, passed = 0, skipped = 0;
  for (const auto& test : results.tests) {
    if (test.status == TestStatus::missing) missing[test.suite].push_back(test.id);
    if (!m_policy.blocks(test.suite) || m_policy.only_informs(test.id)) continue;
    if (failing(test.status) || test.status == TestStatus::passed) ++ran;
    if (test.status == TestStatus::passed) ++passed;
    if (test.status == TestStatus::skipped) ++skipped;
  }
  for (const auto& [suite, ids] : missing) {
    add(Weight::suite, Stage::later, ErrorCode::no_tests,
        fmt::format("{} of {} planned tests were never heard of: {}", ids.size(), counts.planned, named(ids)), suite);
  }
  if (counts.planned == 0)
    add(Weight::suite, Stage::later, ErrorCode::no_tests,
        "no test was listed before the run, so that nobody can say whether all ran");
  if (ran > 0 && passed == 0 && m_out.blocking_failed == 0)
    add(Weight::suite, Stage::later, ErrorCode::no_tests,
        fmt::format("no test that blocks passed: all {} that ran failed as known, which shows nothing", ran));
  if (ran > 0) return;
  const auto which = counts.executed == 0 ? "no test ran" : "no test that blocks ran";
  add(Weight::suite, Stage::later, ErrorCode::no_tests,
      skipped > 0 ? fmt::format("{}: all {} were skipped", which, skipped) : which);
}

void Tests::find_lost(const record::Results& results)
{
  if (static_cast<std::int64_t>(m_planned.size()) != results.counts.planned) {
    add(Weight::suite, Stage::later, ErrorCode::bad_input,
        fmt::format("results.json counts {} planned tests, but the suites listed {}", results.counts.planned,
                    m_planned.size()));
  }
  std::vector<std::string> lost;
  std::set<std::string> with_tables;
  for (const auto& [name, run] : m_evidence.suites) {
    if (run && run->runner == record::Runner::gauge) with_tables.insert(run->suite);
  }
  const auto heard = ids_heard(results, m_planned, with_tables);
  std::ranges::copy_if(m_planned, std::back_inserter(lost), [&](const std::string& id) { return !heard.contains(id); });
  if (lost.empty()) return;
  add(Weight::suite, Stage::later, ErrorCode::no_tests,
      fmt::format("{} of {} planned tests have no row in results.json: {}", lost.size(), m_planned.size(),
                  named(lost)));
}

void Tests::find_sources(const record::Results& results)
{
  if (results.sources.empty())
    add(Weight::suite, Stage::results, ErrorCode::bad_input, "results.json names no file that it was read from");
  for (const auto& source : results.sources) {
    if (source.complete) continue;
    add(Weight::suite, Stage::results, ErrorCode::bad_input,
        fmt::format("{} is not complete{}", source.file,
                    source.problems.empty() ? "" : ": " + source.problems.front()));
  }
}

// Where not all blocking suites must pass, what speaks against one of the others is only noted once enough did.
void Tests::settle_quorum()
{
  std::set<std::string> blocking, bad;
  for (const auto& suite : m_evidence.suites) {
    if (m_policy.blocks(suite.name)) blocking.insert(suite.name);
  }
  for (const auto& name : m_policy.named_suites()) blocking.insert(name);
  if (blocking.empty() && !m_evidence.suites.empty())
    add(Weight::suite, Stage::test, ErrorCode::no_tests, "no suite that ran blocks: the others only inform");
  for (const auto& finding : m_out.against) {
    if (!finding.suite.empty()) bad.insert(finding.suite);
  }
  const auto all = static_cast<std::int64_t>(blocking.size());
  const auto good = all - static_cast<std::int64_t>(bad.size());
  const auto needed = m_policy.needed(all);
  if (needed > all) {
    return add(Weight::suite, Stage::test, ErrorCode::no_tests,
               fmt::format("{} blocking suites must pass, but only {} ran", needed, all));
  }
  if (bad.empty() || good < needed || good == 0) return;
  for (const auto& suite : bad) {
    const auto failed = static_cast<std::int64_t>(m_failed[suite].size());
    m_out.excused += failed;
    m_out.blocking_failed -= failed;
  }
  std::erase_if(m_out.against, [&](const Finding& finding) {
    // What did not run is not known to be bad, nor to be good: enough others do not make up for it.
    if (finding.suite.empty() || finding.code == reason(ErrorCode::no_tests)) return false;
    note("suite " + finding.suite,
         fmt::format("{} (not held against the run: {} of {} blocking suites passed, and {} {})", finding.text, good,
                     all, needed, needed == 1 ? "is enough" : "are enough"));
    return true;
  });
}

} // namespace

TestFindings find_tests_by(const Policy& policy, const Evidence& evidence, WallTime now)
{
  return Tests(policy, evidence, now).find();
}

} // namespace streamgate::evaluate
