// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/notification.hpp"

#include <string>

// What all ways of telling say alike. The texts are not escaped yet.
namespace streamgate::notify {

// "failed, was passed", "passed again", "failed with 2 new failures".
std::string headline_words(const record::Notification& notification);
// "12 planned, 10 passed, 2 failed".
std::string counts_words(const record::TestCounts& counts);
// "refs/pull/12/head at 0123456789".
std::string component_words(const record::VerdictComponent& component);
// "regression, owner pipelines, cluster c1": what is known of a failure beside its message.
std::string failure_words(const record::NotifiedFailure& failure);

// How many failures of the run are not new.
std::int64_t old_failures(const record::Notification& notification);

} // namespace streamgate::notify
