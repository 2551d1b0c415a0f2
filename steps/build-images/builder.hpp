// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/error.hpp"
#include "base/process.hpp"
#include "base/tee.hpp"
#include "base/time.hpp"
#include "target.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace streamgate::build_images {

// What all images of one component are built with.
struct BuildSettings {
  std::filesystem::path checkout;
  std::filesystem::path scratch;       // folder of our own for configuration, storage and digests
  std::filesystem::path registry_auth; // docker config.json; empty for what the tool finds itself
  std::string base_image;              // ko: "" for what the checkout's .ko.yaml says
  std::string platform;                // linux/amd64, or several with commas
  std::string sbom = "none";           // ko: none or spdx
  bool plain_http = false;             // the push registry has no TLS
  SteadyTime deadline = {};            // for all images together
  std::filesystem::path go_cache = {}; // where Go keeps modules and builds; "" for its own places
};

// Return the command that builds and pushes one image with ko.
process::Command ko_command(const BuildSettings& settings, const Target& target);

// Write ko's configuration: the checkout's own without the base images that it names. Errors: bad_input, io.
Status write_ko_config(const BuildSettings& settings);

// Return the commands that build and push one image with buildah; the digest is in `digest_file(settings)` after.
std::vector<process::Command> buildah_commands(const BuildSettings& settings, const Target& target);
std::filesystem::path digest_file(const BuildSettings& settings);

// Build and push one image and set its digest. Output goes to `log`. Errors: build_failed with the compiler's first
// lines, registry, unavailable (modules could not be fetched), timeout, cancelled, not_found (no ko, no buildah).
Status build_with_ko(const BuildSettings& settings, Target& target, Tee& log, const Cancel& cancel);
Status build_with_buildah(const BuildSettings& settings, Target& target, Tee& log, const Cancel& cancel);

// Return the error that a builder's output tells of.
Error builder_error(const std::vector<std::string>& lines, std::string_view image, std::string_view ended);

} // namespace streamgate::build_images
