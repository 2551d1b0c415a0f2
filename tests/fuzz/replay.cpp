// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "fuzz.hpp"

#include <filesystem>
#include <set>

// Feeds each file of a folder to a fuzz target, so that what once was found stays mended.
int main(int argc, char** argv)
{
  std::set<std::filesystem::path> files;
  if (argc == 2) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) files.insert(entry.path());
  }
  for (const auto& path : files) {
    std::fprintf(stderr, "%s\n", path.c_str());
    const auto input = streamgate::file::read(path);
    streamgate::fuzz::expect(input.has_value(), "the file can be read");
    streamgate::fuzz::fuzz(*input);
  }
  streamgate::fuzz::expect(!files.empty(), "a folder with inputs is given");
}
