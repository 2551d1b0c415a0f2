// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "evaluate/history.hpp"
#include "record/run_dir.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace streamgate::evaluate {

// How a task of the pipeline ended, as Tekton says it in $(tasks.<name>.status).
struct TaskEnd {
  std::string name;
  std::string status;      // Succeeded, Failed, None (not run), Completed; anything else is held against the run
  std::string reason = {}; // of the TaskRun: $(tasks.<name>.reason); "" when it was not asked for
};

// Parse "NAME=STATUS" or "NAME=STATUS:REASON". Error: usage.
Result<TaskEnd> parse_task(std::string_view text);

// All that a verdict rests on. Each record is there, or its error says why it is not.
struct Evidence {
  struct Built {
    std::string component;
    Result<record::BuiltComponent> record;
  };
  struct Suite {
    std::string name;
    Result<record::SuiteRun> run;
  };

  Result<record::Plan> plan;
  std::vector<Built> built; // one for each component of the plan
  Result<record::Deploy> deploy;
  std::vector<Suite> suites;
  Result<record::Results> results;
  std::vector<record::StepError> errors; // evaluate's own earlier one and an interrupted restore left out
  std::vector<TaskEnd> tasks;            // in the order of the pipeline
  // Of failed tests; without it none is known, and all count.
  Result<record::Failures> failures = fail(ErrorCode::not_found, "failures.json was not read");
  History history = {};
};

// Return true for what a pod of the Task `restore` left that was evicted. Tekton makes a new one, which ends beside the
// verdict or after it: how the restore ended is said by its Task, whose failure fails the run.
bool interrupted_restore(const record::StepError& error);

// Return true for what `publish --read-history` left in the Task `analyze`.
bool unread_history(const record::StepError& error);

// Read whatever is there; of history the runs of `gate`. Never fails.
Evidence gather(const record::RunDir& run_dir, std::vector<TaskEnd> tasks, const std::string& gate);

} // namespace streamgate::evaluate
