// SPDX-License-Identifier: Apache-2.0
#include "runner.hpp"

#include "base/file.hpp"
#include "base/redact.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::run_tests {

std::string test_id(const std::string& suite, std::string_view group, std::string_view name)
{
  return fmt::format("{}/{}/{}", suite, group, name);
}

Result<Listed> run_listing(const Suite& suite, process::Command command, const Cancel& cancel)
{
  Listed out;
  const auto own = command.timeout.value_or(suite.timeout);
  command.timeout = std::min(own, suite.timeout);
  const auto sink = [&](process::Stream stream, std::string_view piece) {
    if (stream == process::Stream::out) out.out.append(piece);
    out.all.append(piece);
  };
  auto finished = process::run(command, sink, cancel);
  if (!finished) {
    return std::unexpected(
        std::move(finished.error())
            .during("while listing the tests of " + suite.plan.name)
            .advise(fmt::format("is {} installed in this image, and in PATH?", command.argv.front())));
  }
  out.finished = *finished;
  SG_TRY(file::append(suite.list_log, redact::clean(process::to_line(command.argv) + "\n" + out.all + "\n")));
  if (finished->how == process::End::cancelled) return fail(ErrorCode::cancelled, "listing the tests was cancelled");
  if (finished->how == process::End::timed_out) {
    return fail(ErrorCode::timeout, fmt::format("listing the tests of {} {}", suite.plan.name, finished->text()),
                own < suite.timeout
                    ? "see list.log for what it waits for; --cache-dir keeps what Go has built for the next run"
                    : "give more by --timeout");
  }
  return out;
}

} // namespace streamgate::run_tests
