// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operator/site.hpp"
#include "record/deploy.hpp"
#include "record/images.hpp"
#include "record/plan.hpp"

#include <string>
#include <vector>

// Which of the operator's IMAGE_* entries get which built image.
namespace streamgate::patch_csv {

struct Selection {
  std::vector<record::EnvChange> changes;      // one a key
  std::vector<record::ExpectedImage> expected; // one an image and key
  std::vector<std::string> warnings;           // keys of the same families that nothing was built for
};

// Set every key of a built image that the operator's container has; keys it lacks are never added. Errors: bad_input
// when a required image has none of its keys there, when two images want one key, when an entry is a `valueFrom` or is
// there twice, and when an image has no digest or two of them.
Result<Selection> select_keys(const std::vector<record::BuiltComponent>& built,
                              const std::vector<tekton_operator::EnvEntry>& env);

} // namespace streamgate::patch_csv
