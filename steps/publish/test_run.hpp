// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/run_dir.hpp"

#include <filesystem>
#include <string>

namespace streamgate::publish::test {

// Records of a run that failed one of two tests, as the other steps leave them.
struct Records {
  record::Plan plan;
  record::Results results;
  record::Failures failures;
  record::Deploy deploy;
  record::Verdict verdict;

  explicit Records(const std::string& run, const std::string& finished = "2026-03-01T10:00:00Z");
  // Write them all into a run directory; return it.
  record::RunDir store(const std::filesystem::path& folder) const;
};

} // namespace streamgate::publish::test
