// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/run_dir.hpp"
#include "run_tests.hpp"
#include "support/programs.hpp"
#include "support/step_process.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

// A suite in a git repository, for the step with the real runners.
namespace streamgate::run_tests {

// A suite with some of its members set.
inline record::PlannedSuite suite_of(record::Runner runner, const std::function<void(record::PlannedSuite&)>& set = {})
{
  record::PlannedSuite out;
  out.runner = runner;
  if (set) set(out);
  return out;
}

class RealRunnerTest : public ::testing::Test {
protected:
  void plan(record::PlannedSuite suite)
  {
    record::Plan plan;
    plan.run = "run";
    plan.created = "2026-01-01T00:00:00Z";
    record::PlannedComponent component;
    component.name = "pipeline";
    component.repository = "http://127.0.0.1:1/x.git";
    component.commit = std::string(40, 'c');
    component.images.push_back({.name = "x", .import_paths = {}, .containerfile = "", .keys = {}, .required = true});
    plan.components.push_back(component);
    suite.name = "smoke";
    suite.repository = m_upstream.url();
    suite.ref = "main";
    suite.commit = m_upstream.commit();
    plan.suite = std::move(suite);
    ASSERT_TRUE(run_dir().store(plan));
  }
  test::ProcessResult step(const std::vector<std::string>& more = {})
  {
    std::vector<std::string> arguments{"--run-dir",  run_dir().root().string(),
                                       "--work-dir", (m_folder.path() / "work").string(),
                                       "--result",   "error-reason=" + (m_folder.path() / "reason").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return test::run_step_process("run-tests", arguments);
  }
  void write(const std::string& name, std::string_view text) { m_folder.write("upstream/" + name, text); }
  record::RunDir run_dir() const { return record::RunDir(m_folder.path() / "run"); }
  record::SuiteRun recorded() const
  {
    auto out = run_dir().load<record::SuiteRun>("raw/smoke/run.json");
    if (!out) ADD_FAILURE() << out.error().text();
    return out.value_or(record::SuiteRun{});
  }
  std::string log() const { return m_folder.read("run/raw/smoke/console.log"); }
  // Gauge looks for its runner in a folder of its own; nothing can be installed from its site here.
  void place_go_runner()
  {
    m_environment.set("GAUGE_HOME", (m_folder.path() / "gauge").string());
    m_environment.set("GAUGE_PLUGIN_INSTALL", "false");
    // The runner compiles the steps when it starts, which takes longer than the 30 s that it has on a busy machine.
    m_folder.write("gauge/config/gauge.properties", "runner_connection_timeout = 600000\ncheck_updates = false\n");
    m_folder.write("gauge/plugins/go/0.4.0/go.json",
                   R"({"id": "go", "version": "0.4.0", "description": "", "run": {"linux": ["bin/gauge-go", "--start"]},
      "init": {"linux": ["bin/gauge-go", "--init"]}, "lib": "libs", "gaugeVersionSupport": {"minimum": "0.8.0", "maximum": ""}})");
    std::filesystem::create_directories(m_folder.path() / "gauge/plugins/go/0.4.0/bin");
    std::filesystem::create_symlink(test::must_run({"which", "gauge-go"}),
                                    m_folder.path() / "gauge/plugins/go/0.4.0/bin/gauge-go");
  }

  test::TestFolder m_folder;
  test::Environment m_environment;
  test::Repository m_upstream{m_folder.path() / "upstream"};
};

} // namespace streamgate::run_tests
