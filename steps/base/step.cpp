// SPDX-License-Identifier: Apache-2.0
#include "base/step.hpp"

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/process.hpp"
#include "base/redact.hpp"
#include "base/time.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cstdio>
#include <exception>

namespace streamgate::detail {
namespace {

// What all of one container's results may take together (tektoncd/pipeline pkg/termination: 4096), less Tekton's own wrapping.
constexpr std::size_t k_result_limit = 3072;

struct Raw {
  std::string run_dir;
  std::vector<std::string> results;
  std::string fail_mode = "exit";
  std::string output = "text";
  std::string log_format = "text";
  std::string log_level = "info";
  std::string instance;
};

void bind_common(Cli& cli, const StepInfo& info, Raw& raw, CommonOptions& common)
{
  cli.option("run-dir", raw.run_dir, "the run directory, shared by all steps of a run", Cli::Need::required);
  cli.list("result", raw.results, "NAME=PATH: write the result NAME to the file PATH");
  cli.choice("fail-mode", raw.fail_mode, {"exit", "result"}, "result: exit 0 and say the ending in the exit-code result");
  cli.choice("output", raw.output, {"text", "json"}, "what stdout is for: people or programs");
  cli.choice("log-format", raw.log_format, {"text", "json"}, "form of the log on stderr");
  cli.choice("log-level", raw.log_level, {"debug", "info", "warn"}, "least level that is logged");
  cli.option("instance", raw.instance, "tells parallel runs of this step in one run directory apart");
  if (info.changes_things) cli.flag("dry-run", common.dry_run, "say what would be done and change nothing");
}

Status settle(const StepInfo& info, const Raw& raw, CommonOptions& common)
{
  const auto level = raw.log_level == "debug" ? log::Level::debug : raw.log_level == "warn" ? log::Level::warn : log::Level::info;
  log::configure(info.name, raw.log_format == "json" ? log::Format::json : log::Format::text, level);
  common.run_dir = raw.run_dir;
  common.fail_by_result = raw.fail_mode == "result";
  common.json_output = raw.output == "json";
  common.instance = raw.instance;
  for (const auto& pair : raw.results) {
    const auto equals = pair.find('=');
    const auto name = pair.substr(0, equals);
    if (equals == std::string::npos || equals + 1 == pair.size()) {
      return fail(ErrorCode::usage, fmt::format("--result '{}' is not NAME=PATH", pair), "see --help");
    }
    if (!info.results.contains(name)) {
      return fail(ErrorCode::usage, fmt::format("{} has no result '{}'", info.name, name), "see --help for the results");
    }
    common.results[name] = pair.substr(equals + 1);
    SG_TRY(during(file::check_writable(common.results[name]), fmt::format("checking the path of result '{}'", name)));
  }
  return {};
}

void print(std::string_view text)
{
  const auto clean = redact::clean(text);
  std::fwrite(clean.data(), 1, clean.size(), stdout);
  std::fflush(stdout);
}

// Write the results that were asked for. Those that the run did not give become empty: Tekton fails a TaskRun whose declared
// result is not there, and would hide the real ending behind that.
Status write_results(const CommonOptions& common, const std::map<std::string, std::string>& values)
{
  std::size_t total = 0;
  for (const auto& [name, path] : common.results) {
    const auto it = values.find(name);
    const auto value = it == values.end() ? std::string{} : redact::clean(it->second);
    total += json::quote(value).size();
    if (total > k_result_limit) {
      return fail(ErrorCode::internal, fmt::format("results together exceed {} bytes at '{}'", k_result_limit, name));
    }
    SG_TRY(during(file::write_atomic(path, value), fmt::format("writing result '{}'", name)));
  }
  return {};
}

// errors/<step>.json, in the shape of record::StepError (record lies above base, so its type cannot be used here).
void leave_error_record(const StepInfo& info, const CommonOptions& common, const Error& error)
{
  std::error_code ignored;
  if (common.run_dir.empty() || !std::filesystem::is_directory(common.run_dir, ignored)) return;
  const auto name = info.name + (common.instance.empty() ? "" : "-" + common.instance) + ".json";
  const auto text = fmt::format(R"({{"schema_version":1,"step":{},"instance":{},"exit_code":{},"reason":{},"message":{},"hint":{},"time":{}}})",
                                json::quote(info.name), json::quote(common.instance), to_int(exit_status(error.code)),
                                json::quote(reason(error.code)), json::quote(redact::clean(error.text())),
                                json::quote(redact::clean(error.hint)), json::quote(to_rfc3339(wall_now())));
  if (const auto written = file::write_atomic(common.run_dir / "errors" / name, text + "\n"); !written) {
    log::warn("could not record the error: {}", written.error().text());
  }
}

// A step that is run again and gets through takes back what it said before.
void clear_error_record(const StepInfo& info, const CommonOptions& common)
{
  if (common.run_dir.empty()) return;
  std::error_code ignored;
  std::filesystem::remove(common.run_dir / "errors" / (info.name + (common.instance.empty() ? "" : "-" + common.instance) + ".json"), ignored);
}

Result<Outcome> guarded(const std::function<Result<Outcome>(const Deps&)>& run, const Deps& deps)
{
  try {
    return run(deps);
  } catch (const std::exception& problem) {
    return fail(ErrorCode::internal, fmt::format("unexpected exception: {}", problem.what()), "this is a defect: please report it");
  }
}

int finish(const CommonOptions& common, Outcome outcome)
{
  outcome.results["exit-code"] = std::to_string(to_int(outcome.status));
  if (const auto written = write_results(common, outcome.results); !written) {
    log::report(written.error(), "");
    return to_int(outcome.status | ExitStatus::error);
  }
  return common.fail_by_result ? 0 : to_int(outcome.status);
}

} // namespace

int run_step(int argc, const char* const* argv, const StepInfo& given, CommonOptions& common,
             const std::function<void(Cli&)>& bind, const std::function<Result<Outcome>(const Deps&)>& run)
{
  StepInfo info = given;
  info.results["error-reason"] = "class of the error that ended the step, for example BadInput; empty when there was none";
  info.results["exit-code"] = "how the step ended, as a number (see exit codes)";
  log::configure(info.name, log::Format::text, log::Level::info);
  Cli cli(info);
  Raw raw;
  bind_common(cli, info, raw, common);
  bind(cli);
  const auto text = cli.parse(argc, argv);
  if (text && !text->empty()) {
    std::fwrite(text->data(), 1, text->size(), stdout);
    return 0;
  }
  const auto settled = text ? settle(info, raw, common) : Status(std::unexpected(text.error()));
  if (!settled) {
    log::report(settled.error(), "");
    leave_error_record(info, common, settled.error());
    return to_int(exit_status(settled.error().code));
  }
  const Deps deps{Cancel::of_process(), print, ::isatty(STDERR_FILENO) == 1};
  auto outcome = guarded(run, deps);
  if (outcome) {
    clear_error_record(info, common);
    return finish(common, std::move(*outcome));
  }
  log::report(outcome.error(), process::to_line({argv, argv + argc}));
  leave_error_record(info, common, outcome.error());
  return finish(common, Outcome{exit_status(outcome.error().code), {{"error-reason", std::string(reason(outcome.error().code))}}});
}

} // namespace streamgate::detail
