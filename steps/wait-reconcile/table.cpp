// SPDX-License-Identifier: Apache-2.0
#include "proof.hpp"

#include <fmt/format.h>

namespace streamgate::wait_reconcile {

std::vector<std::string> problems(const record::Proof& proof)
{
  std::vector<std::string> out;
  for (const auto& row : proof.rows) {
    if (row.proven) continue;
    auto where = row.workload.empty() ? std::string() : fmt::format(" in {} container {}", row.workload, row.container);
    if (!row.pod.empty()) where += " of pod " + row.pod;
    out.push_back(fmt::format("image {} of {}{}: {}{}; built {}", row.image, row.component, where, row.note,
                              row.running.empty() ? "" : ", running " + row.running, row.expected));
  }
  return out;
}

std::string table(const record::Proof& proof)
{
  std::string out =
      fmt::format("{:<7} {:<28} {:<50} {:<12} {:<12} {}\n", "proven", "image", "container", "running", "built", "note");
  const auto brief = [](const std::string& digest) { return digest.size() > 19 ? digest.substr(7, 12) : digest; };
  for (const auto& row : proof.rows) {
    const auto where = row.workload.empty() ? std::string("-") : row.workload + " " + row.container;
    out += fmt::format("{:<7} {:<28} {:<50} {:<12} {:<12} {}\n", row.proven ? "yes" : "NO",
                       row.component + "/" + row.image, where, brief(row.running), brief(row.expected), row.note);
  }
  return out;
}

} // namespace streamgate::wait_reconcile
