// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "publish/run_record.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace streamgate::publish {

// Return index.html: a table of all runs, newest first.
std::string index_page(const Index& index);

// Return the page of one run, which stands three folders below index.html. `files`: its raw records, relative to the
// folder beside the page, whose name is `folder`.
std::string run_page(const RunRecord& record, std::string_view folder, const std::vector<std::string>& files);

} // namespace streamgate::publish
