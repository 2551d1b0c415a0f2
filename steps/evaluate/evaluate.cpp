// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluate.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/utf8.hpp"
#include "evaluate/aggregated.hpp"
#include "evaluate/judge.hpp"
#include "evaluate/markdown.hpp"
#include "evaluate/test_output.hpp"
#include "record/page.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace streamgate::evaluate {
namespace {

template <class T>
std::optional<T> load_if_good(const record::RunDir& run_dir)
{
  auto loaded = run_dir.load<T>();
  return loaded ? std::optional<T>(std::move(*loaded)) : std::nullopt;
}

Result<record::Verdict> written(const record::RunDir& run_dir)
{
  SG_TRY_ASSIGN(auto verdict, run_dir.load<record::Verdict>());
  const auto& counts = verdict.counts;
  const bool good = verdict.reasons.empty() && verdict.proven_before && verdict.proven_after && counts.planned > 0 &&
                    counts.executed > 0 && counts.failed + counts.error <= verdict.excused;
  const bool passed = verdict.verdict == record::VerdictWord::passed;
  const bool by_somebody = verdict.verdict == record::VerdictWord::overridden;
  if (verdict.exit_code == to_int(status_of(verdict.verdict)) && passed == good &&
      by_somebody == verdict.overridden_by.has_value())
    return verdict;
  return fail(
      ErrorCode::bad_input,
      fmt::format("verdict.json contradicts itself: {} with exit code {}", name_of(verdict.verdict), verdict.exit_code),
      "run evaluate again without --show");
}

// What went wrong after the verdict, or beside it: publishing it, and giving the target its old images back.
std::vector<record::StepError> afterwards(const record::RunDir& run_dir)
{
  auto out = run_dir.errors();
  std::erase_if(out, [](const record::StepError& error) {
    return (error.step != "publish" || unread_history(error)) &&
           !(error.step == "patch-csv" && error.instance == "restore");
  });
  return out;
}

// A step that was killed leaves no error behind, but Tekton has its exit code.
Status see_publish_end(const Options& options, std::vector<record::StepError>& problems)
{
  const bool told = std::ranges::any_of(problems, [](const auto& error) { return error.step == "publish"; });
  if (options.publish_exit_code.empty() || told) return {};
  SG_TRY_ASSIGN(auto code, during(file::read(options.publish_exit_code), "reading how publish ended"));
  code.erase(code.find_last_not_of(" \n") + 1);
  if (code == "0") return {};
  record::StepError error;
  error.step = "publish";
  error.message = "it ended with exit code " + code + " and left no error: it was killed";
  problems.push_back(std::move(error));
  return {};
}

// A site's own policies come before those of the image.
Result<Policy> policy_of(const Options& options)
{
  if (options.gate.empty()) return Policy();
  return Policy::find(options.gate, {"/etc/streamgate/site", "/etc/streamgate/gates"});
}

std::string page_of(const Options& options, const record::Verdict& verdict)
{
  const auto time = parse_rfc3339(verdict.finished);
  if (options.page_url.empty() || !time) return {};
  return fmt::format("{}{}{}.html", options.page_url, options.page_url.ends_with('/') ? "" : "/",
                     record::page_path(verdict.run, *time));
}

Result<std::optional<OverrideRequest>> override_of(const Options& options)
{
  if (options.override_by.empty()) return std::nullopt;
  return parse_override(options.override_by, wall_now());
}

Result<Outcome> check(const Options& options, const Deps& deps)
{
  SG_TRY_ASSIGN(const auto policy, policy_of(options));
  SG_TRY_ASSIGN(const auto override_by, override_of(options));
  deps.print(fmt::format("gate {}{}\n", policy.file().name,
                         override_by ? ", overridden by " + override_by->by.who + " where it fails" : ""));
  return Outcome{};
}

Result<record::Verdict> decide(const Options& options, const record::RunDir& run_dir)
{
  std::vector<TaskEnd> tasks;
  for (const auto& text : options.tasks) {
    SG_TRY_ASSIGN(auto task, parse_task(text));
    tasks.push_back(std::move(task));
  }
  SG_TRY_ASSIGN(const auto policy, policy_of(options));
  SG_TRY_ASSIGN(const auto override_by, override_of(options));
  const auto root = std::filesystem::absolute(run_dir.root()).lexically_normal();
  const auto name = (root.has_filename() ? root : root.parent_path()).filename().string();
  if (!options.aggregate.empty()) {
    SG_TRY_ASSIGN(auto together, judge_together(options.aggregate, run_dir, policy, name, wall_now()));
    SG_TRY(run_dir.store(together));
    return together;
  }
  const auto evidence = gather(run_dir, std::move(tasks), policy.file().name);
  auto verdict = judge(evidence, policy, override_by, name, wall_now());
  SG_TRY(run_dir.store(verdict));
  return verdict;
}

// Who reads only the results must not take silence for a pass.
std::map<std::string, std::string> results_of(const Error& error)
{
  record::Verdict verdict;
  verdict.verdict = record::VerdictWord::error;
  verdict.exit_code = to_int(exit_status(error.code));
  verdict.finished = to_rfc3339(wall_now());
  verdict.summary = "error: " + utf8::truncate(error.text(), 300);
  return {{"verdict", std::string(name_of(verdict.verdict))},
          {"TEST_OUTPUT", test_output(verdict, "")},
          {"retry", "false"},
          {"summary", verdict.summary}};
}

} // namespace

StepInfo Options::info()
{
  return {
      .name = "evaluate",
      .summary =
          "Decides: passed only when every planned test answered and none failed, on exactly the images that were "
          "built. A test that skipped itself has answered; the verdict counts it. That all skip is no pass.",
      .reads = "plan.json, images/*.json, deploy.json, raw/<suite>/run.json, results.json, failures.json, "
               "errors/*.json; any may be absent",
      .writes = "verdict.json (not with --show and --check)",
      .results = {{"verdict", "passed, failed, error, failed-and-error or overridden"},
                  {"TEST_OUTPUT", "the verdict in Konflux' form"},
                  {"retry", "true when only causes that may pass speak against the run, else false"},
                  {"summary", "one line for people"}},
      .example = "evaluate --run-dir run --explain --task plan=Succeeded --task build=Failed --task deploy=None",
      .results_of_error = results_of,
  };
}

void Options::bind(Cli& cli)
{
  cli.list(
      "task", tasks,
      "NAME=STATUS:REASON of a task of the pipeline ($(tasks.NAME.status), $(tasks.NAME.reason); without the reason "
      "NAME=STATUS), in the pipeline's order");
  cli.option("gate", gate,
             "the policy that decides: NAME of /etc/streamgate/site/NAME.yaml or /etc/streamgate/gates/NAME.yaml, or a "
             "file; the defaults are those of config/gates/midstream.yaml");
  cli.option(
      "override", override_by,
      "let a failed run pass: YAML with who, why, link and expires (YYYY-MM-DD), perhaps run and commit; or @FILE");
  cli.list(
      "aggregate", aggregate,
      "run directory: judge several runs of one job as one, by what the history of each test lets expect; once for "
      "each run");
  cli.flag("explain", explain,
           "print why the verdict is what it is, line by line, instead of the verdict; of one that was written, with "
           "--show");
  cli.option("step-summary", step_summary, "file that the verdict is appended to as Markdown ($GITHUB_STEP_SUMMARY)");
  cli.option("page-url", page_url, "where the published pages are served, for links: https://you.github.io/results");
  cli.flag("show", common.only_look,
           "print the verdict that was written before, end with its exit code, write nothing");
  cli.flag("check", check, "only say whether the gate and the override are good, before anything is built");
  cli.option("publish-exit-code", publish_exit_code,
             "with --show: file with the exit code of publish ($(steps.step-publish.exitCode.path))");
  const char* no_colour = std::getenv("NO_COLOR");
  colour = ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0') ? Colour::yes : Colour::no;
}

Result<Outcome> run(const Options& options, const Deps& deps)
{
  if (!options.aggregate.empty() &&
      (options.common.only_look || !options.tasks.empty() || !options.override_by.empty()))
    return fail(ErrorCode::usage, "--aggregate goes with none of --show, --task and --override",
                "each run has its own verdict already");
  if (options.check) return check(options, deps);
  const record::RunDir run_dir(options.common.run_dir);
  SG_TRY_ASSIGN(const auto verdict, options.common.only_look ? written(run_dir) : decide(options, run_dir));
  const auto failures = load_if_good<record::Failures>(run_dir);
  const auto page = page_of(options, verdict);
  if (options.common.json_output) deps.print(to_pretty_json(verdict));
  else if (options.explain) deps.print(explanation(verdict, options.colour));
  else deps.print(view(verdict, failures, load_if_good<record::Deploy>(run_dir), options.colour));
  if (!options.step_summary.empty()) SG_TRY(file::append(options.step_summary, markdown(verdict, failures, page)));
  auto status = status_of(verdict.verdict);
  std::vector<record::StepError> problems;
  if (options.common.only_look) {
    problems = afterwards(run_dir);
    SG_TRY(see_publish_end(options, problems));
  }
  for (const auto& error : problems) {
    if (interrupted_restore(error)) {
      log::warn("restoring the target was interrupted: how it ended is said by the Task restore");
      continue;
    }
    log::warn("{} did not succeed: {}", error.step == "publish" ? "publishing" : "restoring the target", error.message);
    status = status | ExitStatus::error;
  }
  return Outcome{status,
                 {{"verdict", std::string(name_of(verdict.verdict))},
                  {"TEST_OUTPUT", test_output(verdict, page)},
                  {"retry", verdict.retry ? "true" : "false"},
                  {"summary", verdict.summary}}};
}

} // namespace streamgate::evaluate
