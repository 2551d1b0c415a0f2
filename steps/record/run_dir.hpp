// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/file.hpp"
#include "record/deploy.hpp"
#include "record/facts.hpp"
#include "record/images.hpp"
#include "record/plan.hpp"
#include "record/schema.hpp"
#include "record/tests.hpp"
#include "record/verdict.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace streamgate::record {

// The folder in which the steps of one run hand each other files. Reading and writing checks every file against its
// schema: an unknown member, version or type is an error that names the file and the JSON pointer.
class RunDir {
public:
  explicit RunDir(std::filesystem::path root) : m_root(std::move(root)) {}

  const std::filesystem::path& root() const { return m_root; }
  std::filesystem::path path(const std::string& relative) const { return m_root / relative; }
  bool has(const std::string& relative) const { return std::filesystem::exists(m_root / relative); }

  // Read and check one record. Errors: not_found (with the step that writes it as hint), bad_input, io.
  template <class T>
  Result<T> load(const std::string& relative) const
  {
    SG_TRY_ASSIGN(const json::Document document, load_json(relative, T::k_schema));
    return from_json<T>(document, relative);
  }
  template <class T>
  Result<T> load() const
  {
    return load<T>(T::k_file);
  }

  // Redact, check against the schema and write atomically. Errors: io; internal when the record breaks its schema.
  template <class T>
  Status store(const T& record, const std::string& relative) const
  {
    return store_json(to_pretty_json(record), relative, T::k_schema);
  }
  template <class T>
  Status store(const T& record) const
  {
    return store(record, T::k_file);
  }

  // Read images/<component>.json of every component of the plan; one that is absent or of another commit is an error.
  Result<std::vector<BuiltComponent>> built(const Plan& plan) const;
  // Read every errors/*.json, by name. A broken one, and a folder of the run that cannot be read, is itself returned as
  // an error record.
  std::vector<StepError> errors() const;
  // Return the suites that have a raw/<suite>/run.json, or may have one that cannot be seen, by name.
  std::vector<std::string> suites() const;

private:
  Result<json::Document> load_json(const std::string& relative, std::string_view schema) const;
  Status store_json(std::string text, const std::string& relative, std::string_view schema) const;

  std::filesystem::path m_root;
};

} // namespace streamgate::record
