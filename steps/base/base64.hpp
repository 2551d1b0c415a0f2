// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace streamgate::base64 {

// Return `bytes` in standard base64 with padding, on one line.
std::string encode(std::string_view bytes);

// Decode standard base64 with padding; white space is skipped. Error: bad_input, without the text (it may be a secret).
Result<std::string> decode(std::string_view text);

} // namespace streamgate::base64
