// SPDX-License-Identifier: Apache-2.0
// gate_records FOLDER: writes a run directory as a gate has it before parse-junit: everything proven, 120 planned tests
// of which every twelfth failed.
#include "evaluate/test_evidence.hpp"
#include "record/run_dir.hpp"

#include <fmt/format.h>

namespace streamgate {
namespace {

constexpr std::size_t k_tests = 120;

std::string junit()
{
  std::string out = "<testsuites><testsuite>\n";
  for (std::size_t i = 0; i < k_tests; ++i) {
    out += fmt::format("<testcase name=\"t{}\" time=\"1.5\">", i);
    if (i % 12 == 0)
      out += "<failure message=\"timed out waiting for the condition\">pipelinerun_test.go:33: still Running</failure>";
    out += "<system-out>one\ntwo\nthree</system-out></testcase>\n";
  }
  return out + "</testsuite></testsuites>\n";
}

namespace test_support = evaluate::test_support;

Status write(const record::RunDir& run_dir)
{
  const auto digest = "sha256:" + std::string(64, 'b');
  auto planned = test_support::plan();
  planned.components[0].commit = std::string(40, 'c');
  planned.components[0].images.push_back({"controller", {"./cmd/controller"}, "", {"IMAGE_X"}, true});
  auto images = test_support::built();
  images.commit = planned.components[0].commit;
  images.images[0].digest = digest;
  auto deployed = test_support::deploy();
  deployed.expected[0].digest = digest;
  for (auto* proof : {&*deployed.before, &*deployed.after}) {
    proof->rows[0].running = digest;
    proof->rows[0].expected = digest;
  }
  SG_TRY(run_dir.store(planned));
  SG_TRY(run_dir.store(images, record::BuiltComponent::file("pipeline")));
  SG_TRY(run_dir.store(deployed));
  SG_TRY(run_dir.store(test_support::suite_of(k_tests), record::SuiteRun::file("s")));
  return file::write_atomic(run_dir.path("raw/s/junit.xml"), junit());
}

} // namespace
} // namespace streamgate

int main(int argc, char** argv)
{
  if (argc != 2) {
    fmt::print(stderr, "usage: gate_records FOLDER\n");
    return 2;
  }
  const auto status = streamgate::write(streamgate::record::RunDir(argv[1]));
  if (!status) fmt::print(stderr, "gate_records: {}\n", status.error().text());
  return status ? 0 : 2;
}
