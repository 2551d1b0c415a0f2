// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"
#include "base/error.hpp"
#include "record/plan.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// config/components.yaml: the components that the gate knows.
namespace streamgate::resolve_ref {

struct ConfiguredImage {
  std::vector<std::string> import_paths;
  std::string containerfile;
  std::vector<std::string> keys;
  bool required = true;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("import_paths", self.import_paths);
    visit("containerfile", self.containerfile);
    visit("keys", self.keys);
    visit("required", self.required);
  }
};

struct ConfiguredComponent {
  std::string repository;
  record::BuildKind build = record::BuildKind::ko;
  std::string created_by;
  std::map<std::string, ConfiguredImage> images;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("repository", self.repository);
    visit("build", self.build);
    visit("created_by", self.created_by);
    visit("images", self.images);
  }
};

struct ComponentConfig {
  static constexpr const char* k_schema = "components";

  std::int64_t schema_version = 1;
  std::map<std::string, ConfiguredComponent> components;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("components", self.components);
  }

  // Return the component of this name. Error: not_found with the known ones and the nearest.
  Result<const ConfiguredComponent*> find(std::string_view name) const;
};

// Parse and check: the schema, ko images have import paths and container images a file, a key belongs to one image.
// `what` names the text in errors. Error: bad_input.
Result<ComponentConfig> parse_config(std::string_view text, std::string_view what);
// Read it from a file. Errors: as `parse_config`; not_found, io.
Result<ComponentConfig> load_config(const std::filesystem::path& path);

// Replace repositories as --repository NAME=URL says; the URLs may carry a login. Errors: bad_input; not_found.
Status override_repositories(ComponentConfig& config, const std::vector<std::string>& overrides);

} // namespace streamgate::resolve_ref
