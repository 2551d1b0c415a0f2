// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <filesystem>

// A site's defaults. They come as files and not as a container's `envFrom`: a kubelet that is slow to fetch a ConfigMap
// retries a volume, but ends a container with CreateContainerConfigError, which Tekton takes as the TaskRun's failure.
namespace streamgate::defaults {

// Where the Tasks mount the ConfigMap `streamgate-defaults`.
inline constexpr auto k_folder = "/etc/streamgate/defaults";

// Put every file of `folder` that is named like an environment variable into the environment, unless that has the
// variable already; a newline at a file's end is not part of the value. No folder means no defaults. Call it before
// threads start. Error: io; bad_input for a file larger than 64 KiB, and for an option that is one call's and not a
// site's, such as STREAMGATE_FAIL_MODE.
Status load(const std::filesystem::path& folder);

} // namespace streamgate::defaults
