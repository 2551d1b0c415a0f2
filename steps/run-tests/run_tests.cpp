// SPDX-License-Identifier: Apache-2.0
#include "run_tests.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/redact.hpp"
#include "checkout/checkout.hpp"
#include "checkout/go_cache.hpp"
#include "checkout/work_folder.hpp"
#include "facts/keeper.hpp"
#include "kubeconfig_secrets.hpp"
#include "launch.hpp"
#include "rerun.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace streamgate::run_tests {
namespace {

namespace fs = std::filesystem;

class SuiteRunner {
public:
  SuiteRunner(const Options& options, const Deps& deps, record::PlannedSuite suite)
      : m_options(options), m_deps(deps), m_plan(std::move(suite)), m_run(options.common.run_dir),
        m_raw("raw/" + m_plan.name)
  {
  }

  Result<Outcome> run()
  {
    SG_TRY_ASSIGN(const auto folder, checkout::WorkFolder::make(m_options.work_dir, "tests-" + m_plan.name));
    SG_TRY_ASSIGN(Suite suite, prepare(folder.path()));
    auto runner = m_plan.runner == record::Runner::gauge ? make_gauge(suite) : make_go_test(suite);
    log::info("listing the tests of {}", m_plan.name);
    SG_TRY_ASSIGN(m_record.planned, during(runner->list(m_deps.cancel), "while listing the tests of " + m_plan.name));
    // Each for itself: in its own quoting, as parse-junit cleans the names of the results.
    for (auto& id : m_record.planned) id = redact::clean(id);
    SG_TRY(check_distinct());
    if (m_record.planned.empty()) {
      return fail(ErrorCode::no_tests, fmt::format("the suite {} has no test that is wanted", m_plan.name),
                  "look at the suite's tags, specs and pattern; nothing was run");
    }
    const auto command = bounded(runner->command());
    if (m_options.common.dry_run) return show(command);
    SG_TRY(write_listed(command));
    SG_TRY(execute(*runner, command));
    SG_TRY(run_failed_again({.runner = *runner,
                             .run = m_run,
                             .record = m_record,
                             .cancel = m_deps.cancel,
                             .began = m_began,
                             .timeout = m_options.timeout,
                             .most = m_options.retries}));
    return Outcome{.results = {{"planned", std::to_string(m_record.planned.size())},
                               {"exit-code-of-runner", std::to_string(m_record.exit_code)}}};
  }

private:
  // Two tests whose names differ in what is redacted would answer for each other.
  Status check_distinct() const
  {
    std::set<std::string_view> seen;
    for (const auto& id : m_record.planned) {
      if (seen.insert(id).second) continue;
      return fail(ErrorCode::bad_input, fmt::format("the suite {} has several tests {}", m_plan.name, id),
                  "their names must differ in more than what is taken for a secret; nothing was run");
    }
    return {};
  }

  // The suite's folder in place, and all that its runner gets.
  Result<Suite> prepare(const fs::path& work)
  {
    const auto source = work / "suite";
    std::error_code failed;
    fs::create_directories(work / "scratch", failed);
    if (!m_plan.repository.empty()) {
      log::info("checking out {} at {}", m_plan.repository, m_plan.commit);
      SG_TRY(checkout::checkout({.repository = m_plan.repository,
                                 .commit = m_plan.commit,
                                 .ref = m_plan.ref.starts_with("refs/") ? m_plan.ref : "",
                                 .folder = source,
                                 .token_file = m_options.git_token_file},
                                m_deps.cancel));
    } else {
      if (m_options.suite_dir.empty()) {
        return fail(ErrorCode::usage, fmt::format("the plan names no repository for the suite {}", m_plan.name),
                    "give the folder that it is in by --suite-dir");
      }
      // A copy, because runners write beside the suite and an image's folders are read-only.
      fs::copy(m_options.suite_dir, source, fs::copy_options::recursive | fs::copy_options::copy_symlinks, failed);
      if (failed)
        return fail(ErrorCode::io, fmt::format("cannot copy the suite {}: {}", m_options.suite_dir, failed.message()));
    }
    Suite suite{.plan = m_plan,
                .folder = (source / m_plan.folder).lexically_normal(),
                .scratch = work / "scratch",
                .environment = m_plan.environment,
                .list_log = m_options.common.dry_run ? work / "list.log" : m_run.path(m_raw + "/list.log"),
                .timeout = m_options.timeout,
                .test_timeout = m_options.test_timeout};
    if (!fs::is_directory(suite.folder)) {
      return fail(ErrorCode::not_found, fmt::format("the suite {} has no folder {}", m_plan.name, m_plan.folder));
    }
    if (!m_options.kubeconfig.empty()) {
      const auto kubeconfig = file::mounted(m_options.kubeconfig, "kubeconfig");
      SG_TRY_ASSIGN(const std::string text, during(file::read(kubeconfig), "while reading --kubeconfig"));
      remember_kubeconfig_secrets(text);
      suite.environment["KUBECONFIG"] = fs::absolute(kubeconfig).string();
    }
    suite.environment.merge(checkout::go_cache(m_options.cache_dir));
    if (m_options.common.dry_run) return suite;
    // What an earlier try of this task left must not be taken for this one's.
    fs::remove_all(m_run.path(m_raw), failed);
    fs::create_directories(m_run.path(m_raw), failed);
    if (failed)
      return fail(ErrorCode::io, fmt::format("cannot make {}: {}", m_run.path(m_raw).string(), failed.message()));
    return suite;
  }

  process::Command bounded(process::Command command) const
  {
    command.timeout = m_options.timeout;
    return command;
  }

  Result<Outcome> show(const process::Command& command) const
  {
    m_deps.print(fmt::format("{}\n{} tests planned:\n{}\nfailed tests are run again {}\n",
                             process::to_line(command.argv), m_record.planned.size(), fmt::join(m_record.planned, "\n"),
                             m_options.retries > 0 ? fmt::format("at most {} times", m_options.retries) : "never"));
    return Outcome{.results = {{"planned", std::to_string(m_record.planned.size())}}};
  }

  Status write_listed(const process::Command& command)
  {
    m_record.suite = m_plan.name;
    m_record.runner = m_plan.runner;
    m_record.command = process::to_line(command.argv);
    m_record.started = to_rfc3339(wall_now());
    m_record.log = m_raw + "/console.log";
    log::info("{} tests planned", m_record.planned.size());
    return m_run.store(m_record, record::SuiteRun::file(m_plan.name));
  }

  Status execute(const TestRunner& runner, const process::Command& command)
  {
    SG_TRY_ASSIGN(auto log, Tee::open(m_run.path(m_record.log)));
    m_heard.planned = m_record.planned.size();
    m_began = std::chrono::steady_clock::now();
    facts::Keeper facts(file::mounted(m_options.kubeconfig, "kubeconfig"), m_run);
    const auto ran = launch(runner, command, log, m_deps.cancel, m_heard);
    m_record.finished = to_rfc3339(wall_now());
    if (!ran || !ran->finished.good()) facts.gather(m_deps.cancel);
    SG_TRY(collect(runner, m_run, m_raw, "", m_record.results));
    if (!ran) {
      return std::unexpected(
          Error(ran.error())
              .during("while running the suite " + m_plan.name)
              .advise(fmt::format("is {} installed in this image, and in PATH?", command.argv.front())));
    }
    m_record.state = record::SuiteState::finished;
    m_record.ended = ended_word(ran->finished.how);
    if (ran->finished.how == process::End::exited) m_record.exit_code = ran->finished.code;
    SG_TRY(m_run.store(m_record, record::SuiteRun::file(m_plan.name)));
    SG_TRY(ran->logged);
    return judge(ran->finished, ran->test_too_long ? runner.longest_test() : Duration(0));
  }

  // `test_limit`: what one test exceeded; 0 when none did.
  Status judge(const process::Finished& finished, Duration test_limit) const
  {
    const auto where = fmt::format("the console's log is {}", m_record.log);
    switch (finished.how) {
    case process::End::cancelled:
      return fail(ErrorCode::cancelled, fmt::format("the suite {} was cancelled", m_plan.name));
    case process::End::timed_out:
      if (test_limit.count() > 0) {
        return fail(
            ErrorCode::timeout,
            fmt::format("a test of {} took longer than {}: {}", m_plan.name, to_text(test_limit), m_heard.last_test),
            "give more by --test-timeout; " + where);
      }
      return fail(ErrorCode::timeout,
                  fmt::format("the suite {} did not end in {}; {} of {} tests were heard of", m_plan.name,
                              to_text(m_options.timeout), m_heard.tests, m_record.planned.size()),
                  "give more by --timeout; " + where);
    case process::End::signalled:
      return fail(ErrorCode::io, fmt::format("the runner of {} {}", m_plan.name, finished.text()),
                  "was memory short? " + where);
    case process::End::exited:
      break;
    }
    if (m_heard.tests > 0) return {};
    return fail(ErrorCode::no_tests,
                fmt::format("the runner of {} {} and ran none of {} planned tests:\n  {}", m_plan.name, finished.text(),
                            m_record.planned.size(), fmt::join(m_heard.last_lines, "\n  ")),
                where);
  }

  const Options& m_options;
  const Deps& m_deps;
  record::PlannedSuite m_plan;
  record::RunDir m_run;
  std::string m_raw;
  record::SuiteRun m_record;
  Heard m_heard;
  SteadyTime m_began; // of the first run
};

} // namespace

Result<Outcome> run(const Options& options, const Deps& deps)
{
  const record::RunDir run_dir(options.common.run_dir);
  SG_TRY_ASSIGN(auto plan, run_dir.load<record::Plan>());
  return SuiteRunner(options, deps, std::move(plan.suite)).run();
}

} // namespace streamgate::run_tests
