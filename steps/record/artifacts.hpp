// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/facts.hpp"
#include "record/tests.hpp"

#include <string>
#include <string_view>
#include <unordered_set>

namespace streamgate::record {

// Folders of what was gathered, relative to the run directory (steps/facts fills them).
inline constexpr const char* k_artifacts = "artifacts";
inline constexpr const char* k_component_artifacts = "artifacts/components";
inline constexpr const char* k_operator_artifacts = "artifacts/operator";
inline constexpr const char* k_namespace_artifacts = "artifacts/namespaces";

// Finds for a test the part of the gathered artifacts that is its own.
class ArtifactFinder {
public:
  explicit ArtifactFinder(const Facts& facts);

  // Return the folder of the namespace that the test's message names as a whole word, else its detail: the longest,
  // then the first. A name that is a word of any text ("default") counts only behind "namespace" or "-n". Without one
  // the components' folder; "" where nothing was gathered of them. Linear in the texts.
  std::string of(const TestResult& test) const;

private:
  std::string_view named_in(std::string_view text) const;

  std::unordered_set<std::string> m_namespaces;
  bool m_components = false;
};

} // namespace streamgate::record
