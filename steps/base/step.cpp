// SPDX-License-Identifier: Apache-2.0
#include "base/step.hpp"

#include "base/defaults.hpp"
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
#include <optional>

namespace streamgate::detail {
namespace {

// What all of one container's results may take together (tektoncd/pipeline pkg/termination: 4096), less Tekton's own
// wrapping.
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
  cli.option("run-dir", raw.run_dir, "the run directory, shared by all steps of a run",
             info.run_dir_optional ? Cli::Need::optional : Cli::Need::required);
  cli.list("result", raw.results, "NAME=PATH: write the result NAME to the file PATH");
  cli.choice("fail-mode", raw.fail_mode, {"exit", "result"},
             "result: exit 0 and say the ending in the exit-code result");
  cli.choice("output", raw.output, {"text", "json"}, "what stdout is for: people or programs");
  cli.choice("log-format", raw.log_format, {"text", "json"}, "form of the log on stderr");
  cli.choice("log-level", raw.log_level, {"debug", "info", "warn"}, "least level that is logged");
  cli.option("instance", raw.instance, "tells parallel runs of this step in one run directory apart");
  if (info.changes_things) cli.flag("dry-run", common.dry_run, "say what would be done and change nothing");
}

// An instance becomes a part of a file's name.
bool good_instance(std::string_view instance)
{
  constexpr std::string_view k_good = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return instance.find_first_not_of(k_good) == std::string_view::npos && !instance.starts_with('.');
}

Status settle(const StepInfo& info, const Raw& raw, CommonOptions& common)
{
  const auto level = raw.log_level == "debug"  ? log::Level::debug
                     : raw.log_level == "warn" ? log::Level::warn
                                               : log::Level::info;
  log::configure(info.name, raw.log_format == "json" ? log::Format::json : log::Format::text, level);
  common.run_dir = raw.run_dir;
  common.fail_by_result = raw.fail_mode == "result";
  common.json_output = raw.output == "json";
  if (!good_instance(raw.instance)) {
    return fail(ErrorCode::usage, fmt::format("--instance '{}' cannot be part of a file's name", raw.instance),
                "letters, digits, '.', '_' and '-', no '.' in front");
  }
  common.instance = raw.instance;
  if (common.fail_by_result && raw.results.empty()) {
    return fail(ErrorCode::usage, "--fail-mode=result ends with 0, and no --result would say how it went",
                "add --result=exit-code=PATH");
  }
  for (const auto& pair : raw.results) {
    const auto equals = pair.find('=');
    const auto name = pair.substr(0, equals);
    if (equals == std::string::npos || equals + 1 == pair.size()) {
      return fail(ErrorCode::usage, fmt::format("--result '{}' is not NAME=PATH", pair), "see --help");
    }
    if (!info.results.contains(name)) {
      return fail(ErrorCode::usage, fmt::format("{} has no result '{}'", info.name, name),
                  "see --help for the results");
    }
    common.results[name] = pair.substr(equals + 1);
    SG_TRY(during(file::check_writable(common.results[name]),
                  fmt::format("while checking the path of result '{}'", name)));
  }
  return {};
}

void print(std::string_view text)
{
  const auto clean = redact::clean(text);
  std::fwrite(clean.data(), 1, clean.size(), stdout);
  std::fflush(stdout);
}

// What was cut must not pass for the whole.
Status check_printed()
{
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return {};
  return fail(ErrorCode::io, "cannot write all output to stdout");
}

// Write the results that were asked for. Those that the run did not give become empty: Tekton fails a TaskRun whose
// declared result is not there, and would hide the real ending behind that.
Status write_results(const CommonOptions& common, const std::map<std::string, std::string>& values)
{
  std::map<std::string, std::string> texts;
  std::size_t total = 0;
  for (const auto& [name, path] : common.results) {
    const auto it = values.find(name);
    texts[name] = it == values.end() ? std::string{} : redact::clean(it->second);
    total += json::quote(texts[name]).size();
    if (total > k_result_limit) {
      return fail(ErrorCode::internal, fmt::format("results together exceed {} bytes at '{}'", k_result_limit, name));
    }
  }
  for (const auto& [name, text] : texts) {
    SG_TRY(during(file::write_atomic(common.results.at(name), text), fmt::format("while writing result '{}'", name)));
  }
  return {};
}

std::filesystem::path error_record(const StepInfo& info, const CommonOptions& common)
{
  return common.run_dir / "errors" / (info.name + (common.instance.empty() ? "" : "-" + common.instance) + ".json");
}

// errors/<step>.json, in the shape of record::StepError (record lies above base, so its type cannot be used here).
void leave_error_record(const StepInfo& info, const CommonOptions& common, const Error& error)
{
  std::error_code ignored;
  if (common.run_dir.empty() || common.dry_run || common.only_look ||
      !std::filesystem::is_directory(common.run_dir, ignored))
    return;
  const auto quoted = [](std::string_view text) { return json::quote(redact::clean(text)); };
  const auto text = fmt::format(
      R"({{"schema_version":1,"step":{},"instance":{},"exit_code":{},"reason":{},"message":{},"hint":{},"time":{}}})",
      quoted(info.name), quoted(common.instance), to_int(exit_status(error.code)), quoted(reason(error.code)),
      quoted(error.text()), quoted(error.hint), quoted(to_rfc3339(wall_now())));
  if (const auto written = file::write_atomic(error_record(info, common), text + "\n"); !written) {
    log::warn("could not record the error: {}", written.error().text());
  }
}

// A step that is run again and gets through takes back what it said before.
void clear_error_record(const StepInfo& info, const CommonOptions& common)
{
  if (common.run_dir.empty() || common.dry_run || common.only_look) return;
  std::error_code ignored;
  std::filesystem::remove(error_record(info, common), ignored);
}

// Call `act`; an exception that nobody caught becomes an error.
template <class T>
Result<T> guarded(const std::function<Result<T>()>& act)
{
  constexpr auto k_hint = "this is a defect: please report it";
  try {
    return act();
  } catch (const std::exception& problem) {
    return fail(ErrorCode::internal, fmt::format("unexpected exception: {}", problem.what()), k_hint);
  } catch (...) {
    return fail(ErrorCode::internal, "unexpected exception that is no std::exception", k_hint);
  }
}

Outcome ending(const StepInfo& info, const Error& error)
{
  Outcome out{exit_status(error.code), {}};
  if (info.results_of_error != nullptr) out.results = info.results_of_error(error);
  out.results["error-reason"] = reason(error.code);
  return out;
}

// Write the results and the error record and return the exit code. `error` is what ended the run, if anything did.
int finish(const StepInfo& info, const CommonOptions& common, Outcome outcome, const std::optional<Error>& error)
{
  auto status = outcome.status;
  const auto write = [&](Outcome& what) {
    what.results["exit-code"] = std::to_string(to_int(status));
    return write_results(common, what.results);
  };
  auto ended = error;
  auto last = check_printed();
  if (last) last = write(outcome);
  if (!last) {
    status = status | ExitStatus::error;
    log::report(last.error(), "");
    if (!ended) ended = last.error();
    auto bare = ending(info, *ended);
    (void)write(bare); // what failed may fail again, and has been said
  }
  if (ended) leave_error_record(info, common, *ended);
  else clear_error_record(info, common);
  return common.fail_by_result && last ? 0 : to_int(status);
}

// A command line that is wrong: say so in every place that could be understood.
int refuse(const StepInfo& info, const Raw& raw, CommonOptions& common, const Error& error)
{
  auto rest = raw;
  rest.results.clear();
  (void)settle(info, rest, common); // the log's form and the run directory, as far as they are good
  for (const auto& [name, value] : ending(info, error).results) {
    for (const auto& pair : raw.results) {
      if (pair.starts_with(name + "=")) (void)file::write_atomic(pair.substr(name.size() + 1), redact::clean(value));
    }
  }
  log::report(error, "");
  leave_error_record(info, common, error);
  return to_int(exit_status(error.code));
}

int run_guarded(int argc, const char* const* argv, const StepInfo& info, CommonOptions& common,
                const std::function<void(Cli&)>& bind, const std::function<Result<Outcome>(const Deps&)>& run)
{
  const auto loaded = defaults::load(defaults::k_folder);
  Cli cli(info);
  Raw raw;
  bind_common(cli, info, raw, common);
  bind(cli);
  const auto text = cli.parse(argc, argv);
  if (text && !text->empty()) {
    std::fwrite(text->data(), 1, text->size(), stdout);
    return check_printed() ? 0 : to_int(ExitStatus::error);
  }
  auto settled = text ? settle(info, raw, common) : Status(std::unexpected(text.error()));
  if (settled) settled = loaded;
  if (!settled) return refuse(info, raw, common, settled.error());
  const Deps deps{Cancel::of_process(), print, ::isatty(STDERR_FILENO) == 1};
  auto outcome = guarded<Outcome>([&] { return run(deps); });
  if (outcome) return finish(info, common, std::move(*outcome), std::nullopt);
  log::report(outcome.error(), process::to_line({argv, argv + argc}));
  return finish(info, common, ending(info, outcome.error()), outcome.error());
}

} // namespace

int run_step(int argc, const char* const* argv, const StepInfo& given, CommonOptions& common,
             const std::function<void(Cli&)>& bind, const std::function<Result<Outcome>(const Deps&)>& run)
{
  log::configure(given.name, log::Format::text, log::Level::info);
  const auto code = guarded<int>([&]() -> Result<int> {
    StepInfo info = given;
    info.results["error-reason"] =
        "class of the error that ended the step, for example BadInput; empty when there was none";
    info.results["exit-code"] = "how the step ended, as a number (see exit codes)";
    return run_guarded(argc, argv, info, common, bind, run);
  });
  if (code) return *code;
  log::report(code.error(), "");
  return to_int(exit_status(code.error().code));
}

} // namespace streamgate::detail
