// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <string>
#include <string_view>

namespace streamgate::record {

// Return where a run that finished at `time` is published: runs/<YYYY>/<MM>/<name>, without an extension. The name is
// one path segment on every system and in every URL.
std::string page_path(std::string_view run, WallTime time);

} // namespace streamgate::record
