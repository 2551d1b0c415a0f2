// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace streamgate::test {

struct ProcessResult {
  int exit = -1; // exit code; 128 + signal when killed
  std::string out;
  std::string err;
};

// Run a step's real executable of this build with `arguments` and wait for it (at most 60 s).
ProcessResult run_step_process(const std::string& step, const std::vector<std::string>& arguments,
                               const std::map<std::string, std::string>& environment = {});

} // namespace streamgate::test
