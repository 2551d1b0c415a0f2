// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::patch_csv {

std::string table(const record::Deploy& deploy)
{
  const auto& site = deploy.site;
  auto out = fmt::format("server      {}\nCSV         {}/{}\ndeployment  {}\ncontainer   {}\n\n", deploy.server,
                         site.nspace, site.csv, site.deployment, site.container);
  std::size_t width = 3;
  for (const auto& change : deploy.changes) width = std::max(width, change.key.size());
  for (const auto& change : deploy.changes) {
    out += fmt::format("{:<{}}  from {}\n{:<{}}    to {}\n", change.key, width, change.before.value_or("(no value)"),
                       "", width, change.after);
  }
  return out;
}

} // namespace streamgate::patch_csv
