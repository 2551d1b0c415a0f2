// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::evaluate {

Result<TaskEnd> parse_task(std::string_view text)
{
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return fail(ErrorCode::usage, fmt::format("--task '{}' is not NAME=STATUS or NAME=STATUS:REASON", text),
                "for example --task build=Succeeded");
  }
  const auto name = text.substr(0, equals);
  text.remove_prefix(equals + 1);
  const auto colon = std::min(text.find(':'), text.size());
  return TaskEnd{std::string(name), std::string(text.substr(0, colon)),
                 std::string(text.substr(std::min(colon + 1, text.size())))};
}

bool interrupted_restore(const record::StepError& error)
{
  return error.step == "patch-csv" && error.instance == "restore" && error.reason == reason(ErrorCode::cancelled);
}

bool unread_history(const record::StepError& error)
{
  return error.step == "publish" && error.instance == "history";
}

Evidence gather(const record::RunDir& run_dir, std::vector<TaskEnd> tasks, const std::string& gate)
{
  Evidence out{run_dir.load<record::Plan>(),
               {},
               run_dir.load<record::Deploy>(),
               {},
               run_dir.load<record::Results>(),
               run_dir.errors(),
               std::move(tasks),
               run_dir.load<record::Failures>()};
  const auto planned = out.plan ? out.plan->suite.name : "";
  out.history = read_history(run_dir, gate, planned, {out.plan ? out.plan->run : ""});
  if (out.plan) {
    for (const auto& component : out.plan->components) {
      out.built.push_back(
          {component.name, run_dir.load<record::BuiltComponent>(record::BuiltComponent::file(component.name))});
    }
  }
  for (const auto& suite : run_dir.suites()) {
    out.suites.push_back({suite, run_dir.load<record::SuiteRun>(record::SuiteRun::file(suite))});
  }
  for (const auto& error : out.errors) {
    if (unread_history(error)) out.history = {std::nullopt, "it could not be fetched: " + error.message, 0};
  }
  // That a notice could not be sent is no evidence, and neither is a history that could not be fetched.
  std::erase_if(out.errors, [](const record::StepError& error) {
    return error.step == "evaluate" || error.step == "notify" || interrupted_restore(error) || unread_history(error);
  });
  return out;
}

} // namespace streamgate::evaluate
