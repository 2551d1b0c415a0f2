// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cli.hpp"
#include "base/error.hpp"
#include "record/plan.hpp"

#include <map>
#include <string>
#include <vector>

namespace streamgate::resolve_ref {

inline constexpr const char* k_release_tests = "https://github.com/openshift-pipelines/release-tests";

// The options that say which tests run. All of them have defaults: the OpenShift suite, its scenarios tagged e2e.
struct SuiteOptions {
  std::string runner = "gauge";
  std::string url = k_release_tests;
  std::string ref = {};
  std::string folder = {};
  std::string name = {};
  std::string package = {};
  std::string tags = {}; // of the OpenShift suite: e2e
  std::vector<std::string> specs = {};
  std::string pattern = {};
  std::string skip = {};
  std::vector<std::string> arguments = {};
  std::vector<std::string> environment = {}; // NAME=VALUE

  void bind(Cli& cli);
};

// Where the suite's files are.
enum class SuiteSource { repository, component, image };

struct SuiteRequest {
  record::PlannedSuite suite; // all but `repository` and `commit`
  SuiteSource source = SuiteSource::repository;
  std::string where; // URL, name of a component, or folder in the test image
};

// Take the options. Errors: usage for options that the runner has no use for, or that are absent; bad_input.
Result<SuiteRequest> parse_suite(const SuiteOptions& options);

} // namespace streamgate::resolve_ref
