// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts/problems.hpp"
#include "record/run_dir.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// The folder artifacts/ of a run: bounded, and names of the target's objects cannot lead out of it.
namespace streamgate::facts {

// Return a name for a file or folder: `name` where it has only letters, digits, '-', '_' and '.' inside and at most 120
// bytes; another that is made of it and of its hash otherwise.
std::string safe_name(std::string_view name);

// Return the end of `text`, at most `bytes`, from the start of a line on; with a first line that says so where
// something was cut off.
std::string last_lines(std::string_view text, std::size_t bytes);

// Bytes that are written, a file and in all.
struct ArtifactLimits {
  std::size_t file = std::size_t{256} << 10U;
  std::size_t all = std::size_t{8} << 20U;
  std::size_t files = 500;
};

// Writes below a run's artifacts/. What does not fit, or cannot be written, is a problem.
class Artifacts {
public:
  Artifacts(const record::RunDir& run, Problems& problems, ArtifactLimits limits = {})
      : m_run(run), m_problems(problems), m_limits(limits)
  {
  }

  // Write the end of a text that is redacted already; "" is not written. `path` is relative to the run directory, of
  // safe names. Returns it, with a number where the name was taken, or "".
  std::string text(const std::string& path, std::string_view content);
  // Write a JSON document that is redacted already. One that is too large is left out.
  void json(const std::string& path, const std::string& document);
  // Write an array of JSON documents that are redacted already, as many as fit; an empty one is not written.
  void array(const std::string& path, const std::vector<std::string>& documents);

  // What was written, in order.
  const std::vector<std::string>& files() const { return m_files; }

private:
  // Returns the path that was written, or "".
  std::string write(std::string path, std::string_view content);
  std::string unused(const std::string& path) const;

  const record::RunDir& m_run;
  Problems& m_problems;
  ArtifactLimits m_limits;
  std::vector<std::string> m_files;
  std::set<std::string> m_used;
  std::size_t m_bytes = 0;
  bool m_full = false;
};

} // namespace streamgate::facts
