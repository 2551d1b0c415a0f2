// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/notification.hpp"

#include <string>

namespace streamgate::notify {

// What the comment of a gate begins with, so that it is found again. It is not shown.
std::string comment_marker(const std::string& gate);

// Return the comment: Markdown in which every text of the run is a code span, so that none is markup, a mention or a
// command. At most 60,000 bytes; GitHub takes 65,536 characters.
std::string comment_body(const record::Notification& notification);

} // namespace streamgate::notify
