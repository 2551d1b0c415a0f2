// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kube/client.hpp"
#include "record/deploy.hpp"

// What the account must be allowed to do on the target, asked before anything is changed: a gate that can patch but not
// restore would leave its images behind. README has the same list.
namespace streamgate::patch_csv {

// Errors: forbidden naming all rights that are missing; not_found when there is no TektonConfig.
Status check_rights(const kube::Client& client, const record::OperatorSite& site);

} // namespace streamgate::patch_csv
