// SPDX-License-Identifier: Apache-2.0
#include "base/host.hpp"
#include "fuzz.hpp"
#include "oci/reference.hpp"

namespace streamgate::fuzz {

void fuzz(std::string_view input)
{
  const auto reference = oci::parse_reference(input);
  if (!reference) {
    expect(!reference.error().message.empty(), "a refusal says why");
    return;
  }
  expect(reference->text() == input, "printing gives what was parsed");
  expect(!reference->registry.empty() && !reference->repository.empty(), "a reference has a registry and a path");
  expect(reference->digest.empty() || oci::is_digest(reference->digest), "a digest is one");
  for (const char c : input) expect(c > ' ' && c != 0x7f, "a reference is of plain characters");
  static_cast<void>(is_private_host(reference->registry));
}

} // namespace streamgate::fuzz
