// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace streamgate::analysis {

// Return the SHA-256 of `text` (FIPS 180-4) in 64 lower-case hex digits. It names texts and keeps no secret. Here, and
// not of libcrypto, so that a step that clusters failures stays one static executable that starts within 2 ms.
std::string sha256(std::string_view text);

} // namespace streamgate::analysis
