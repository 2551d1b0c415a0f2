// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/verdict.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace streamgate::evaluate {

// Return `text` for Markdown, as one line: nothing in it is markup, a mention or HTML any more.
std::string escape_markdown(std::string_view text);

// Return the verdict as Markdown for a step summary (GitHub takes 1 MiB; this is at most a half of that).
// `page` is the URL of the run's page, "" when there is none.
std::string markdown(const record::Verdict& verdict, const std::optional<record::Failures>& failures,
                     const std::string& page);

} // namespace streamgate::evaluate
