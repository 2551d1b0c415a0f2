// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/verdict.hpp"

#include <span>
#include <string>
#include <vector>

// Failures with the same root cause, within a run and across runs. It rather tells one cause twice than two causes
// once: a cluster of known failures must not hide a new one.
namespace streamgate::analysis {

struct Clustered {
  std::vector<std::string> id_of;               // cluster of each failure, in their order; "" for one without a text
  std::vector<record::FailureCluster> clusters; // those with failures, largest first, then by id
};

// Group failures by their causes (normal forms: cause.hpp). Causes of equal shape (shape.hpp) are in one cluster; a
// long one also belongs to a cluster whose text has a few words more or fewer (near.hpp). `earlier` are clusters of the
// history, the most trusted first: a cluster goes on under its id and text, and of equal ones the first does. A new id
// is 16 hex digits made of the shape of the cluster's most frequent cause: two runs give it the same one without a
// history. The result does not depend on the order of `causes`. For 100,000 causes it needs up to 500 MiB beside them
// when all are different and as long as can be, and some 10 s at the most.
Clustered cluster(std::span<const std::string> causes, std::span<const record::FailureCluster> earlier);

} // namespace streamgate::analysis
