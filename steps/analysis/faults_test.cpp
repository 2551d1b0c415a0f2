// SPDX-License-Identifier: Apache-2.0
// Clusters of the failures that real faults gave on a cluster (tests/faults).
#include "analysis/cause.hpp"
#include "analysis/cluster.hpp"
#include "base/file.hpp"
#include "base/json.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace streamgate::analysis {
namespace {

struct Row {
  std::string fault; // "absent-crd/client": the fault, and the way in which it was met
  std::string message;
  std::string detail;

  std::string group() const { return fault.substr(0, fault.find('/')); }
};

std::vector<Row> rows()
{
  std::vector<Row> out;
  const auto text = file::read(STREAMGATE_SOURCE_DIR "/tests/faults/tuning.jsonl");
  if (!text) return out;
  for (std::string_view rest = *text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size() - 1);
    const auto row = json::parse(rest.substr(0, end), "row");
    rest.remove_prefix(end + 1);
    if (!row) continue;
    out.push_back({std::string(json::text(*row, {"fault"})), std::string(json::text(*row, {"test", "message"})),
                   std::string(json::text(*row, {"test", "detail"}))});
  }
  return out;
}

// The same failure in another run: every digit beside a colon, a point or within a hex number is another one. Numbers
// like exit codes, versions and images' tags stay.
std::string another_run(std::string text)
{
  const auto replace_all = [&](std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  };
  // The namespace of a test: "e2e-" and six hex digits.
  for (auto at = text.find("e2e-"); at != std::string::npos; at = text.find("e2e-", at + 4)) {
    if (text.find_first_not_of("0123456789abcdef", at + 4) >= at + 10 && at + 10 <= text.size())
      text.replace(at + 4, 6, "0c1d2e");
  }
  replace_all("2026-11-22", "2027-01-13");
  replace_all("checks_test.go:3", "checks_test.go:8");
  replace_all("checks_test.go:4", "checks_test.go:9");
  replace_all("127.0.0.1:", "10.96.0.1:2");
  replace_all("E1122 14:", "E0113 09:");
  return text;
}

TEST(Faults, ThereAreRows)
{
  EXPECT_GE(rows().size(), 50U);
}

TEST(Faults, AnotherRunOfAFaultIsTheSameCluster)
{
  std::vector<std::string> first;
  std::vector<std::string> second;
  for (const auto& row : rows()) {
    first.push_back(cause_of(row.message, row.detail));
    second.push_back(cause_of(another_run(row.message), another_run(row.detail)));
  }
  const auto before = cluster(first, {});
  const auto after = cluster(second, {});
  for (std::size_t i = 0; i < first.size(); ++i)
    EXPECT_EQ(before.id_of[i], after.id_of[i]) << first[i] << "\n---\n" << second[i];
}

// Faults that say nothing but that something ended badly are all one.
TEST(Faults, NoTwoFaultsAreOneCluster)
{
  std::vector<std::string> causes;
  for (const auto& row : rows()) causes.push_back(cause_of(row.message, row.detail));
  const auto clustered = cluster(causes, {});
  std::map<std::string, std::set<std::string>> faults;
  const auto all = rows();
  for (std::size_t i = 0; i < all.size(); ++i) faults[clustered.id_of[i]].insert(all[i].group());
  for (const auto& each : clustered.clusters)
    EXPECT_EQ(faults[each.id].size(), 1U) << testing::PrintToString(faults[each.id]) << '\n' << each.text;
}

} // namespace
} // namespace streamgate::analysis
