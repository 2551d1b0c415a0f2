// SPDX-License-Identifier: Apache-2.0
#include "rerun.hpp"

#include "base/log.hpp"
#include "launch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace streamgate::run_tests {
namespace {

constexpr std::int64_t k_mass = 10;
constexpr Duration k_least_time = std::chrono::seconds(5);

class Reruns {
public:
  explicit Reruns(const RerunSetup& setup) : m_setup(setup) {}

  Status run()
  {
    const auto first_took = std::chrono::ceil<Duration>(std::chrono::steady_clock::now() - m_setup.began);
    auto outcome = m_setup.runner.outcome();
    if (!outcome) return give_up("cannot tell which tests failed", outcome.error());
    for (const auto& note : outcome->notes) log::info("{}: none of that is run again", note);
    if (outcome->tests_executed >= k_mass && outcome->tests_failed * 2 > outcome->tests_executed) {
      log::warn("{} of {} tests failed: that is their environment, nothing is run again", outcome->tests_failed,
                outcome->tests_executed);
      return {};
    }
    const auto each = first_took / std::max<std::int64_t>(outcome->tests_executed, 1);
    auto failed = std::move(outcome->failed);
    for (std::int64_t number = 1; number <= m_setup.most && !failed.empty(); ++number) {
      const auto ids = ids_of(failed);
      const auto need = std::max(k_least_time, each * static_cast<std::int64_t>(ids.size()));
      if (const auto left = time_left(); left < need) {
        log::warn("{} failed tests are not run again: {} of --timeout are left, they need about {}", ids.size(),
                  to_text(std::max(left, Duration(0))), to_text(need));
        return {};
      }
      log::info("running {} failed tests again ({} of {})", ids.size(), number, m_setup.most);
      SG_TRY(once(number, ids, failed));
    }
    return {};
  }

private:
  // What one re-run came to.
  struct Ran {
    std::vector<FailedTest> failed;
    std::int64_t executed = 0;
  };

  // Run `failed` again, and leave in it what failed once more; nothing when there is no use in another re-run.
  Status once(std::int64_t number, const std::vector<std::string>& ids, std::vector<FailedTest>& failed)
  {
    const auto commands = m_setup.runner.again(failed);
    failed.clear();
    const auto folder = fmt::format("raw/{}/rerun-{}", m_setup.record.suite, number);
    begin(number, ids, commands, folder);
    SG_TRY(store());
    auto ran = run_all(commands, ids.size(), folder);
    auto& entry = m_setup.record.reruns.back();
    entry.finished = to_rfc3339(wall_now());
    const bool cancelled = m_setup.cancel.requested();
    // Between two packages' commands nothing runs that could be.
    if (cancelled && !ran && !entry.ended.empty()) entry.ended = ended_word(process::End::cancelled);
    const bool through = entry.ended == ended_word(process::End::exited);
    // Nothing ran: left as it is, it would tell of a re-run that was killed.
    if (entry.ended.empty()) m_setup.record.reruns.pop_back();
    SG_TRY(store());
    if (cancelled) return fail(ErrorCode::cancelled, fmt::format("the suite {} was cancelled", m_setup.record.suite));
    if (!ran) return give_up("the re-run went wrong", ran.error());
    if (!through) return {};
    std::erase_if(ran->failed,
                  [&](const FailedTest& test) { return !std::ranges::count(ids, redact::clean(test.id)); });
    log::info("{} of {} tests failed again", ids_of(ran->failed).size(), ids.size());
    if (ran->executed < static_cast<std::int64_t>(ids.size()))
      log::warn("only {} of them were heard of: the others stay failed", ran->executed);
    failed = std::move(ran->failed);
    return {};
  }

  void begin(std::int64_t number, const std::vector<std::string>& ids, const std::vector<process::Command>& commands,
             const std::string& folder)
  {
    std::vector<std::string> lines;
    for (const auto& command : commands) lines.push_back(process::to_line(command.argv));
    m_setup.record.reruns.push_back({.attempt = number + 1,
                                     .tests = ids,
                                     .command = fmt::format("{}", fmt::join(lines, "; ")),
                                     .started = to_rfc3339(wall_now()),
                                     .finished = "",
                                     .ended = "",
                                     .results = {},
                                     .log = folder + "/console.log"});
  }

  Result<Ran> run_all(const std::vector<process::Command>& commands, std::size_t planned, const std::string& folder)
  {
    auto& entry = m_setup.record.reruns.back();
    SG_TRY_ASSIGN(auto log, Tee::open(m_setup.run.path(entry.log)));
    Ran out;
    Heard heard;
    heard.planned = planned;
    for (std::size_t i = 0; i < commands.size(); ++i) {
      auto command = commands[i];
      command.timeout = std::max(time_left(), Duration(1));
      SG_TRY_ASSIGN(const auto ran, launch(m_setup.runner, command, log, m_setup.cancel, heard));
      entry.ended = ended_word(ran.finished.how);
      // Which one failed is in the results: for all of them together the first that was not good counts.
      const bool exited = ran.finished.how == process::End::exited;
      if (!exited) entry.exit_code = -1;
      else if (entry.exit_code <= 0) entry.exit_code = ran.finished.code;
      const auto mark = i == 0 ? "" : fmt::format("-{}", i + 1);
      SG_TRY(collect(m_setup.runner, m_setup.run, folder, mark, entry.results));
      SG_TRY(ran.logged);
      if (!exited) {
        log::warn("the re-run {}: its tests stay failed, the console's log is {}",
                  ran.test_too_long ? "was ended, because a test took too long" : ran.finished.text(), entry.log);
        break;
      }
      SG_TRY_ASSIGN(const auto outcome, m_setup.runner.outcome());
      for (const auto& note : outcome.notes) log::warn("{}", note);
      out.failed.insert(out.failed.end(), outcome.failed.begin(), outcome.failed.end());
      out.executed += outcome.tests_executed;
    }
    return out;
  }

  static Status give_up(std::string_view what, const Error& why)
  {
    log::warn("{}: {}; failed tests stay failed", what, why.text());
    return {};
  }

  // As they are in run.json.
  static std::vector<std::string> ids_of(const std::vector<FailedTest>& failed)
  {
    std::vector<std::string> out;
    std::set<std::string_view> seen;
    for (const auto& test : failed) {
      if (seen.insert(test.id).second) out.push_back(redact::clean(test.id));
    }
    return out;
  }

  Duration time_left() const
  {
    return m_setup.timeout - std::chrono::floor<Duration>(std::chrono::steady_clock::now() - m_setup.began);
  }

  Status store() const { return m_setup.run.store(m_setup.record, record::SuiteRun::file(m_setup.record.suite)); }

  const RerunSetup& m_setup;
};

} // namespace

Status run_failed_again(const RerunSetup& setup)
{
  return setup.most > 0 ? Reruns(setup).run() : Status();
}

} // namespace streamgate::run_tests
