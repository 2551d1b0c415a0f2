// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"

#include <cstdint>
#include <string>
#include <vector>

// images/<component>.json: what was built. One file a component, because components build in parallel.
namespace streamgate::record {

struct BuiltImage {
  std::string name;        // as in the plan
  std::string import_path; // the one that was built, or the Containerfile
  std::vector<std::string> keys;
  bool required = true;
  std::string digest;  // sha256:<64 hex>
  std::string pushed;  // reference with digest under the push registry
  std::string pull;    // reference with digest that the target's pods use
  bool cached = false; // true: the registry had it for this commit

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("import_path", self.import_path);
    visit("keys", self.keys);
    visit("required", self.required);
    visit("digest", self.digest);
    visit("pushed", self.pushed);
    visit("pull", self.pull);
    visit("cached", self.cached);
  }
};

struct BuiltComponent {
  static constexpr const char* k_schema = "images";

  std::int64_t schema_version = 1;
  std::string component;
  std::string commit;
  std::int64_t duration_ms = 0;
  std::vector<BuiltImage> images;

  // The file's path in the run directory.
  static std::string file(const std::string& component) { return "images/" + component + ".json"; }

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("schema_version", self.schema_version);
    visit("component", self.component);
    visit("commit", self.commit);
    visit("duration_ms", self.duration_ms);
    visit("images", self.images);
  }
};

} // namespace streamgate::record
