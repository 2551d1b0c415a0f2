// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "oci/client.hpp"
#include "record/images.hpp"
#include "record/plan.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace streamgate::build_images {

// One image on its way: what is planned, where it goes, and what is known of it.
struct Target {
  record::PlannedImage planned;
  oci::Reference pushed = {};   // <push registry>/<component>-<image>:<commit>-<8 hex of the recipe>
  oci::Reference pull = {};     // the same under the pull registry
  std::string import_path = {}; // what was built, or the Containerfile
  std::string digest = {};      // "" while unknown
  bool cached = false;
};

// Where images go and where the target's pods take them from: host[:port][/path].
struct Registries {
  std::string push;
  std::string pull;
};

// What an image of a commit depends on besides the commit.
struct Recipe {
  std::string base_image = {}; // as given; "" for the builder's own
  std::string platform = {};
};

// Return where each image of a component goes. Error: bad_input when a name does not make a reference.
Result<std::vector<Target>> targets_of(const record::PlannedComponent& component, const Registries& registries,
                                       const Recipe& recipe);

// Ask the registry which of the images it has for the commit, and mark them as cached. Error: registry.
Status find_existing(std::vector<Target>& targets, oci::Client& client);

// Check by HEAD that the registry has every digest. Errors: registry.
Status verify_pushed(const std::vector<Target>& targets, oci::Client& client);

// Return the import path of an image that counts in this checkout: the first candidate that is a folder there when
// relative, or that is absolute. Error: build_failed.
Result<std::string> choose_import_path(const record::PlannedImage& image, const std::filesystem::path& checkout);

// Make the record of built images.
record::BuiltImage to_record(const Target& target);

} // namespace streamgate::build_images
