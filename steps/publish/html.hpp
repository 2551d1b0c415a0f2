// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace streamgate::publish {

// Return `text` as it may stand between tags and in quoted attributes: bytes that are not UTF-8 and control characters
// are replaced, and & < > " ' escaped.
std::string escape(std::string_view text);

// Return a relative path as it may stand in a link: each byte but letters, digits and - _ . ~ / is percent-encoded.
std::string escape_path(std::string_view path);

// Return a whole page around `body`: style and policy included, nothing else is ever loaded. `title` is plain text.
std::string page(std::string_view title, std::string_view body);

} // namespace streamgate::publish
