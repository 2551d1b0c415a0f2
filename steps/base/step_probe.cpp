// SPDX-License-Identifier: Apache-2.0
// A step that does what step_test.cpp tells it to.
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/redact.hpp"
#include "base/step.hpp"

#include <stdexcept>

namespace streamgate {
namespace {

struct Options {
  CommonOptions common;
  std::string act = "pass";
  std::string value;

  static StepInfo info()
  {
    return {.name = "step-probe",
            .summary = "does what it is told",
            .reads = "nothing",
            .writes = "errors/step-probe.json",
            .results = {{"value", "what --value gave"}, {"long", "a long one"}},
            .example = "step-probe --run-dir=out --act=pass",
            .changes_things = true};
  }
  void bind(Cli& cli)
  {
    cli.option("act", act, "what to do");
    cli.option("value", value, "a value for whatever is done");
  }
};

Result<Outcome> run(const Options& options, const Deps& deps)
{
  log::info("doing {}", options.act);
  if (options.act == "pass") return Outcome{ExitStatus::passed, {{"value", options.value}}};
  if (options.act == "fail") return Outcome{ExitStatus::failed};
  if (options.act == "both") return Outcome{ExitStatus::failed_and_error};
  if (options.act == "throw") throw std::runtime_error("thrown " + options.value);
  if (options.act == "throw-int") throw 7; // NOLINT: what libraries may do
  if (options.act == "print") return deps.print(options.value), Outcome{};
  if (options.act == "long") return Outcome{ExitStatus::passed, {{"long", std::string(4096, 'x')}, {"value", "v"}}};
  if (options.act == "secret") {
    redact::remember(options.value);
    deps.print("printed " + options.value + "\n");
    return fail(ErrorCode::forbidden, "message " + options.value, "hint " + options.value);
  }
  if (options.act == "wait") {
    deps.print("waiting\n");
    SG_TRY(deps.cancel.sleep(std::chrono::hours(1)));
  }
  if (options.act == "dry") return deps.print(options.common.dry_run ? "dry" : "wet"), Outcome{};
  return std::unexpected(Error{error_code(options.act), "the message", {"while doing it"}, "the hint"});
}

} // namespace
} // namespace streamgate

int main(int argc, char** argv)
{
  return streamgate::run_step<streamgate::Options>(argc, argv, streamgate::run);
}
