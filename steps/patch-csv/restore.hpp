// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "follow.hpp"
#include "undo.hpp"

#include <optional>
#include <set>
#include <string>

// Taking the way back. Can be killed at any point and started again: every part looks at what there is before it acts.
namespace streamgate::patch_csv {

// Digests that only our values name: where a key had the same image before, there is nothing to get rid of.
std::set<std::string> digests_to_remove(const std::vector<record::EnvChange>& changes);

struct Restored {
  std::size_t values = 0;  // written back now
  std::size_t already = 0; // had the old value again
  std::size_t sets = 0;    // InstallerSets that the operator made anew, because they asked for our images
  std::string foreign;     // which values somebody else changed since: they were left; "" for none
};

// Put the old values back, let the operator follow, have it write anew the InstallerSets that ask for our images, wait
// until the old images run again, then delete the record. Values that somebody else changed are left.
Result<Restored> restore(const Target& target, const StoredUndo& stored);

} // namespace streamgate::patch_csv
