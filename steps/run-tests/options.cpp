// SPDX-License-Identifier: Apache-2.0
#include "run_tests.hpp"

namespace streamgate::run_tests {

StepInfo Options::info()
{
  return {.name = "run-tests",
          .summary = "List the tests of the planned suite, then run them with gauge or go test. Failing tests are not "
                     "this step's error.",
          .reads = "plan.json",
          .writes =
              "raw/<suite>/run.json: the planned tests, before the run; how it ended, after\n"
              "raw/<suite>/console.log, list.log\n"
              "raw/<suite>/junit.xml, go-test.json (go-test); result.xml, executionStatus.json, failures.json (gauge)\n"
              "raw/<suite>/rerun-1/: the same of the first re-run of failed tests\n"
              "artifacts/: what was seen on the target, when the suite failed; artifacts/facts.json says all of it",
          .results = {{"planned", "number of tests that were listed"},
                      {"exit-code-of-runner", "exit code of gauge or gotestsum"}},
          .example = "run-tests --run-dir run --kubeconfig target.kubeconfig --timeout 1h",
          .changes_things = true};
}

void Options::bind(Cli& cli)
{
  cli.option("kubeconfig", kubeconfig, "File that names the target cluster; the tests get it as KUBECONFIG.");
  cli.option("suite-dir", suite_dir,
             "Folder of the suite when the plan names no repository. It is copied, not changed.");
  cli.option("git-token-file", git_token_file,
             "File with a token (or user:password) for the suite's repository, over https.");
  cli.option("work-dir", work_dir, "Folder for the checkout and scratch files; a temporary one when not given.");
  cli.option("cache-dir", cache_dir,
             "Folder in which Go keeps modules and builds between runs; Go's own when not given.");
  cli.option("timeout", timeout,
             "For the whole run of the suite. Then its process group is ended, and the step ends with 2.");
  cli.option(
      "test-timeout", test_timeout,
      "gauge: the longest that one scenario may take; then the run is ended, and the step ends with 2 (default: 30m; "
      "0: none). go-test: go's -timeout, for all tests of one package together; then go ends the package, and the "
      "tests "
      "that run have failed (default: none, so that --timeout rules).");
  cli.option("retries", retries,
             "How often the tests that failed are run again, and only they; one that passes then is flaky. The time is "
             "within --timeout. Nothing is run again when more than half of at least 10 tests failed.",
             0, 5);
}

} // namespace streamgate::run_tests
