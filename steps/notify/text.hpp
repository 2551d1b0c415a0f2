// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Texts of a run are hostile: a test names itself. What leaves for people passes `one_line`, then the escape of where
// it goes.
namespace streamgate::notify {

// Return `text` redacted, as valid UTF-8 on one line (control characters, line separators and white space become one
// space, marks that turn the direction of writing are dropped), at most `bytes` bytes.
std::string one_line(std::string_view text, std::size_t bytes);

// Return `text` with &, < and > escaped as Slack asks, so that nothing of it is a mention or a link; at most `bytes`
// bytes of whole characters and escapes, with "…" when something was cut off.
std::string slack_text(std::string_view text, std::size_t bytes);

// Return `text`, which is of one line, as a Markdown code span: nothing in it is markup, a mention or HTML there.
std::string code_span(std::string_view text);

} // namespace streamgate::notify
