// SPDX-License-Identifier: Apache-2.0
#include "analysis/cause.hpp"
#include "analysis/cluster.hpp"
#include "analysis/normalise.hpp"
#include "base/utf8.hpp"
#include "fuzz.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace streamgate::fuzz {
namespace {

std::string check(const std::string& normal)
{
  expect(utf8::valid(normal), "a normal form is valid UTF-8");
  expect(normal.size() <= analysis::k_longest_normal, "a normal form is bounded");
  expect(analysis::normalise(normal) == normal, "a normal form is its own normal form");
  return normal;
}

} // namespace

// The first line is a message, what follows is its detail; each of its first lines is also a failure of its own.
void fuzz(std::string_view input)
{
  const auto [message, detail] = first_line(input);
  const auto whole = check(analysis::normalise(input));
  expect(whole != analysis::k_unsettled || input.find(analysis::k_unsettled) != std::string_view::npos,
         "a text settles");
  std::vector<std::string> causes{check(analysis::cause_of(message, detail))};
  constexpr std::size_t k_most_causes = 8;
  for (auto rest = detail; !rest.empty() && causes.size() < k_most_causes;) {
    const auto [line, next] = first_line(rest);
    causes.push_back(analysis::normalise(line));
    rest = next;
  }
  const auto clustered = analysis::cluster(causes, {});
  expect(clustered.id_of.size() == causes.size(), "each failure is somewhere");
  const auto later = analysis::cluster(causes, clustered.clusters);
  std::ranges::reverse(causes);
  auto again = analysis::cluster(causes, {});
  std::ranges::reverse(again.id_of);
  expect(again.id_of == clustered.id_of, "the order of failures does not matter");
  std::ranges::reverse(causes);
  for (const auto& each : clustered.clusters) {
    const auto at = static_cast<std::size_t>(std::ranges::find(causes, each.text) - causes.begin());
    expect(at < causes.size() && clustered.id_of[at] == each.id, "one of its causes stands for a cluster");
    expect(later.id_of[at] == each.id, "a cluster goes on under its id");
  }
}

} // namespace streamgate::fuzz
