// SPDX-License-Identifier: Apache-2.0
// Groups the failures of a file of failures_generate by their causes: cluster_bench FILE. Prints how many clusters
// there are.
#include "analysis/cause.hpp"
#include "analysis/cluster.hpp"
#include "base/file.hpp"

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

int main(int argc, char** argv)
{
  const auto text = argc == 2 ? streamgate::file::read(argv[1], std::size_t{1} << 30U)
                              : streamgate::fail(streamgate::ErrorCode::usage, "usage: cluster_bench FILE");
  if (!text) {
    std::fprintf(stderr, "cluster_bench: %s\n", text.error().text().c_str());
    return 2;
  }
  std::vector<std::string> causes;
  for (std::string_view rest = *text; !rest.empty();) {
    const auto end = rest.find('\0');
    const auto failure = rest.substr(0, end);
    const auto line = failure.find('\n');
    causes.push_back(streamgate::analysis::cause_of(failure.substr(0, line), failure.substr(line + 1)));
    rest.remove_prefix(end + 1);
  }
  const auto clustered = streamgate::analysis::cluster(causes, {});
  std::printf("%zu clusters\n", clustered.clusters.size());
  return 0;
}
