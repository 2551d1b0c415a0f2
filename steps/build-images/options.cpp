// SPDX-License-Identifier: Apache-2.0
#include "build_images.hpp"

namespace streamgate::build_images {

StepInfo Options::info()
{
  return {.name = "build-images",
          .summary = "Build a component's images at the planned commit, push them, and record their digests.",
          .reads = "plan.json\nwith --images-from: images/<component>.json of another run",
          .writes = "images/<component>.json\nraw/build-<component>.log",
          .results = {{"digests", "JSON object, image name -> digest"},
                      {"built", "number of images that were built"},
                      {"cached", "number of images that were there already"}},
          .example = "build-images --run-dir run --component pipeline --push-registry registry.example:5000/gate",
          .changes_things = true};
}

void Options::bind(Cli& cli)
{
  cli.option("component", component, "Name of the planned component.", Cli::Need::required);
  cli.option("push-registry", push_registry,
             "Where images go: host[:port][/path]. An image is <push-registry>/<component>-<image>:<commit>.");
  cli.option("pull-registry", pull_registry,
             "The same place as the target's nodes name it; the push registry when not given.");
  cli.option("registry-auth", registry_auth,
             "File of registry credentials (docker config.json). Else REGISTRY_AUTH_FILE, DOCKER_CONFIG or ~/.docker.");
  cli.choice("registry-http", registry_http, {"auto", "always", "never"},
             "Speak to the push registry without TLS; auto: for localhost, private addresses and .local names.");
  cli.option("git-token-file", git_token_file, "File with a token (or user:password) for the repository, over https.");
  cli.option("base-image", base_image, "ko: base image in place of those that the repository's .ko.yaml names.");
  cli.option("platform", platform, "Platforms to build for, with commas: linux/amd64. This machine's when not given.");
  cli.choice("sbom", sbom, {"none", "spdx"}, "ko: make and push an SBOM.");
  cli.option("images-from", images_from,
             "Take the images of another run instead of building: its run directory, or its name beside this run's.");
  cli.flag("rebuild", rebuild, "Build even what the registry has for this commit.");
  cli.option("work-dir", work_dir, "Folder for the checkout and scratch files; a temporary one when not given.");
  cli.option("cache-dir", cache_dir,
             "Folder in which Go keeps modules and builds between runs; Go's own when not given.");
  cli.option("timeout", timeout, "For all builds and pushes together.");
}

} // namespace streamgate::build_images
