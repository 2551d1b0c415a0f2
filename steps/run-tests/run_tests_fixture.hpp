// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/run_dir.hpp"
#include "run_tests.hpp"
#include "support/programs.hpp"
#include "support/step_process.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The step by its command line with runners that a test makes up.
namespace streamgate::run_tests {

// What `go test -json -list` says of two tests.
inline constexpr std::string_view k_two_tests = R"(cat <<'EOF'
{"Action":"start","Package":"example.com/s"}
{"Action":"output","Package":"example.com/s","Output":"TestA\n"}
{"Action":"output","Package":"example.com/s","Output":"TestB\n"}
{"Action":"output","Package":"example.com/s","Output":"BenchmarkC\n"}
{"Action":"output","Package":"example.com/s","Output":"ok  \texample.com/s\t0.1s\n"}
EOF)";

class RunTestsTest : public ::testing::Test {
protected:
  RunTestsTest()
  {
    m_plan.run = "run";
    m_plan.created = "2026-01-01T00:00:00Z";
    record::PlannedComponent component;
    component.name = "pipeline";
    component.repository = "http://127.0.0.1:1/x.git";
    component.commit = std::string(40, 'c');
    component.images.push_back({.name = "x", .import_paths = {}, .containerfile = "", .keys = {}, .required = true});
    m_plan.components.push_back(component);
    m_plan.suite.name = "smoke";
    m_plan.suite.runner = record::Runner::go_test;
    m_folder.write("suite/go.mod", "module example.com/s\n");
    m_folder.write("gauge/manifest.json", R"({"Language": "go", "Plugins": []})");
    m_folder.write("gauge/specs/a.spec", "# Spec\n## One\n* step\n## Two\ntags: slow\n* step\n");
  }
  void fake(const std::string& name, std::string_view script)
  {
    m_environment.prepend_path(test::fake_program(m_folder, name, script));
  }
  // A gotestsum that writes its files and says what `said` says.
  void fake_gotestsum(const std::string& said)
  {
    fake(
        "gotestsum",
        R"(while [ $# -gt 0 ]; do case "$1" in --junitfile) echo '<testsuites/>' > "$2";; --jsonfile) echo '{}' > "$2";; esac; shift; done
)" + said);
  }
  void fake_gauge(const std::string& run)
  {
    fake("gauge",
         "if [ \"$1\" = list ]; then printf '[Specifications]\\nSpec\\n[Scenarios]\\nOne\\nTwo\\n'; exit 0; fi\n" +
             run);
  }
  test::ProcessResult step(std::vector<std::string> more = {})
  {
    EXPECT_TRUE(run_dir().store(m_plan));
    const bool gauge = m_plan.suite.runner == record::Runner::gauge;
    const auto suite = m_suite_dir.value_or((m_folder.path() / (gauge ? "gauge" : "suite")).string());
    std::vector<std::string> arguments{"--run-dir", run_dir().root().string(), "--suite-dir=" + suite};
    for (const auto* name : {"planned", "exit-code-of-runner", "error-reason"}) {
      arguments.insert(arguments.end(), {"--result", name + ("=" + (m_folder.path() / "results" / name).string())});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return test::run_step_process("run-tests", arguments);
  }
  record::RunDir run_dir() const { return record::RunDir(m_folder.path() / "run"); }
  std::string value(const std::string& name) const { return m_folder.read("results/" + name); }
  record::SuiteRun recorded() const
  {
    auto out = run_dir().load<record::SuiteRun>("raw/smoke/run.json");
    if (!out) ADD_FAILURE() << out.error().text();
    return out.value_or(record::SuiteRun{});
  }
  bool has_record() const { return run_dir().has("raw/smoke/run.json"); }

  test::TestFolder m_folder;
  test::Environment m_environment;
  record::Plan m_plan;
  std::optional<std::string> m_suite_dir; // "" for none
};

} // namespace streamgate::run_tests
