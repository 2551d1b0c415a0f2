// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/exit_status.hpp"
#include "evaluate/evidence.hpp"

#include <optional>
#include <string>
#include <vector>

namespace streamgate::evaluate {

// The parts of a run in their order. What went wrong in one explains what is absent in it and after it.
enum class Stage { plan, build, deploy, proof_before, test, proof_after, results, later };

// How telling a reason is: the root first, what may be its consequence last.
enum class Weight { crash, failed_tests, step_error, lost_task, proof, suite, absence };

struct Finding {
  ExitStatus status = ExitStatus::error; // failed or error, or both
  Weight weight = Weight::absence;
  Stage stage = Stage::later;
  std::string code; // an ErrorCode's reason
  std::string text;
  std::string hint = {};
  std::string suite = {}; // whose failure it is; "" for the run's
  std::string cause = {}; // Tekton's reason, where that says more than the code
};

using Findings = std::vector<Finding>;

// Each looks at one kind of evidence and adds what speaks against the run.
void find_step_errors(const Evidence& evidence, Findings& to);
void find_tasks(const Evidence& evidence, Findings& to);
void find_plan_and_images(const Evidence& evidence, Findings& to);
void find_proof(const Evidence& evidence, Findings& to);
// What the tests say is found by the gate's policy: test_findings.hpp.

} // namespace streamgate::evaluate
