// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operator/world.hpp"
#include "record/deploy.hpp"

#include <map>
#include <string>
#include <vector>

// The proof that the built images are those that run. Its rule, for a container that uses an image:
//  1. the workload's template and the pod's spec pin the built digest, and
//  2. status.imageID holds that digest; or it holds only the runtime's own id (which no registry knows) and the
//  container was never
//     restarted, so that it was started from the pinned reference. Another registry digest is never accepted, not even
//     one that may be a platform's manifest of a pinned index: nothing here can tell that from an old container.
// An image that no container uses must be pinned in an argument or a variable of a current container that is itself
// proven.
namespace streamgate::wait_reconcile {

// Component name -> value of operator.tekton.dev/created-by.
using Owners = std::map<std::string, std::string>;

struct Look {
  record::Proof proof; // time is not set
  int proven = 0;      // rows
  int pending = 0;     // rows that may become good by themselves: the container does not run yet
  bool settled() const { return pending == 0; }
};

// Look at what runs now. Every expected image has at least one row.
Look look(const tekton_operator::World& world, const Owners& owners,
          const std::vector<record::ExpectedImage>& expected);

// Return true when the operator puts the image of `key` into the container of that name: IMAGE_<FAMILY>_<NAME>.
bool key_names_container(const std::string& key, const std::string& container);

// Return true when the operator puts the image of `key` behind that argument: IMAGE_<FAMILY>_ARG_<_FLAG>.
bool key_names_argument(const std::string& key, const std::string& flag);

// Print the rows for people.
std::string table(const record::Proof& proof);

// Say of each row that is not proven what is wrong.
std::vector<std::string> problems(const record::Proof& proof);

} // namespace streamgate::wait_reconcile
