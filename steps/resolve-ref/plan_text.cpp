// SPDX-License-Identifier: Apache-2.0
#include "resolve-ref/plan_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace streamgate::resolve_ref {
namespace {

using Row = std::vector<std::string>;

// Columns as wide as their widest cell, two spaces between them, none behind the last.
std::string table(const std::vector<Row>& rows)
{
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    line.resize(line.find_last_not_of(' ') + 1);
    out += "  " + line + "\n";
  }
  return out;
}

std::string components(const record::Plan& plan)
{
  std::vector<Row> rows{{"COMPONENT", "ASKED", "KIND", "COMMIT", "REPOSITORY"}};
  for (const auto& component : plan.components) {
    rows.push_back({component.name, component.requested_ref, std::string(name_of(component.kind)),
                    component.commit.substr(0, 12), component.repository});
  }
  return table(rows);
}

std::string images(const record::Plan& plan)
{
  std::vector<Row> rows{{"IMAGE", "BUILD", "OPERATOR KEY"}};
  for (const auto& component : plan.components) {
    for (const auto& image : component.images) {
      rows.push_back(
          {component.name + "/" + image.name, std::string(name_of(component.build)),
           fmt::format("{}{}", fmt::join(image.keys, " or "), image.required ? "" : " (where the operator has it)")});
    }
  }
  return table(rows);
}

std::string suite(const record::PlannedSuite& suite)
{
  std::vector<Row> rows{{"SUITE", suite.name},
                        {"RUNNER", std::string(name_of(suite.runner))},
                        {"FROM", suite.repository.empty() ? "the test image" : suite.repository}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) rows.push_back({name, value});
  };
  add("COMMIT", suite.commit.substr(0, 12));
  add("FOLDER", suite.folder);
  add("PACKAGE", suite.package);
  add("TAGS", suite.tags);
  add("SPECS", fmt::format("{}", fmt::join(suite.specs, ", ")));
  add("PATTERN", suite.pattern);
  add("SKIP", suite.skip);
  return table(rows);
}

std::string changes(const record::Plan& plan)
{
  std::vector<Row> rows{{"WHERE", "WHAT", "CHANGE"}};
  for (const auto& change : plan.changes) rows.push_back({change.where, change.object, change.action});
  return table(rows);
}

} // namespace

std::string to_text(const record::Plan& plan)
{
  return fmt::format("Plan of run {}\n\n{}\n{}\n{}\n{}", plan.run, components(plan), images(plan), suite(plan.suite),
                     changes(plan));
}

} // namespace streamgate::resolve_ref
