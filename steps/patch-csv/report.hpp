// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/deploy.hpp"

#include <string>

namespace streamgate::patch_csv {

// Print what is or would be changed where, as a table for people.
std::string table(const record::Deploy& deploy);

} // namespace streamgate::patch_csv
