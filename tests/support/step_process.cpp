// SPDX-License-Identifier: Apache-2.0
#include "support/step_process.hpp"

#include "base/process.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace streamgate::test {
namespace {

// Tests lie under <build>/steps/... or <build>/tests/...; the steps' executables in <build>/bin.
std::filesystem::path bin_folder()
{
  auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  while (!std::filesystem::exists(folder / "CMakeCache.txt") && folder.has_relative_path())
    folder = folder.parent_path();
  return folder / "bin";
}

} // namespace

ProcessResult run_step_process(const std::string& step, const std::vector<std::string>& arguments,
                               const std::map<std::string, std::string>& environment)
{
  process::Command command{{(bin_folder() / step).string()}, {}, environment, {}, std::chrono::seconds(60)};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  ProcessResult result;
  const Cancel cancel;
  const auto finished = process::run(
      command,
      [&](process::Stream stream, std::string_view piece) {
        (stream == process::Stream::out ? result.out : result.err).append(piece);
      },
      cancel);
  if (!finished) {
    ADD_FAILURE() << finished.error().text();
    return result;
  }
  result.exit = finished->how == process::End::exited ? finished->code : 128 + finished->code;
  return result;
}

} // namespace streamgate::test
