// SPDX-License-Identifier: Apache-2.0
#include "record/test_id.hpp"

namespace streamgate::record {

std::string_view without_table_row(std::string_view id)
{
  for (const std::string_view mark : {" | SpecRow: ", " | ScnRow: "}) {
    if (const auto at = id.find(mark); at != std::string_view::npos) return id.substr(0, at);
  }
  const auto last = id.find_last_not_of("0123456789");
  if (last == std::string_view::npos || last + 1 == id.size() || id[last] != ' ') return {};
  return id.substr(0, last);
}

} // namespace streamgate::record
