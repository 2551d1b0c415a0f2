// SPDX-License-Identifier: Apache-2.0
#include "publish/test_run.hpp"

#include <gtest/gtest.h>

namespace streamgate::publish::test {

Records::Records(const std::string& run, const std::string& finished)
{
  const std::string commit(40, 'a');
  const std::string digest = "sha256:" + std::string(64, 'd');
  plan.run = run;
  plan.created = "2026-03-01T09:30:00Z";
  record::PlannedComponent component;
  component.name = "pipeline";
  component.repository = "https://github.com/tektoncd/pipeline";
  component.requested_ref = "v1.9.2";
  component.commit = commit;
  component.images = {{"controller", {"./cmd/controller"}, "", {"IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER"}, true}};
  plan.components = {component};
  plan.suite.name = "smoke";
  results.tests = {{"smoke/a/good", "smoke", "good", record::TestStatus::passed, 1, 1.5, "", ""},
                   {"smoke/a/bad", "smoke", "bad", record::TestStatus::failed, 1, 0.25, "expected 1, was 2", "trace"}};
  results.counts = {.planned = 2, .executed = 2, .passed = 1, .failed = 1, .error = 0, .skipped = 0, .missing = 0};
  failures.failures = {{"smoke/a/bad", "regression", "Upstream regression", "r1", "expected", "expected 1, was 2",
                        "team", "look at it"}};
  deploy.before = record::Proof{"2026-03-01T09:45:00Z",
                                "claim",
                                true,
                                {{"pipeline", "controller", "Deployment/c", "c-1", "c", digest, digest, true, ""}}};
  verdict.run = run;
  verdict.verdict = record::VerdictWord::failed;
  verdict.gate = "midstream";
  verdict.exit_code = 1;
  verdict.summary = "1 of 2 tests failed";
  verdict.reasons = {{"TestFailed", "bad failed"}};
  verdict.counts = results.counts;
  verdict.components = {{"pipeline", "v1.9.2", commit}};
  verdict.suite = "smoke";
  verdict.started = plan.created;
  verdict.finished = finished;
}

record::RunDir Records::store(const std::filesystem::path& folder) const
{
  record::RunDir run_dir(folder);
  EXPECT_TRUE(run_dir.store(plan));
  EXPECT_TRUE(run_dir.store(results));
  EXPECT_TRUE(run_dir.store(failures));
  EXPECT_TRUE(run_dir.store(deploy));
  EXPECT_TRUE(run_dir.store(verdict));
  return run_dir;
}

} // namespace streamgate::publish::test
