// SPDX-License-Identifier: Apache-2.0
#include "oci/client.hpp"
#include "support/programs.hpp"
#include "support/registry.hpp"

#include <gtest/gtest.h>

// The client against a real registry.
namespace streamgate::oci {
namespace {

TEST(RealRegistry, has_what_was_pushed_under_tag_and_digest)
{
  test::Environment environment;
  if (!test::real_tools(environment, {"docker-registry", "skopeo"})) return;
  const test::TestFolder folder;
  const test::Registry registry(folder);
  // The smallest image there is: an OCI layout with an empty configuration and no layer.
  const std::string config =
      R"({"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}})";
  const auto blob = [&](const std::string& bytes) {
    folder.write("layout/blobs/sha256/" + sha256(bytes).substr(7), bytes);
    return sha256(bytes);
  };
  const std::string manifest =
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":)"
      R"("application/vnd.oci.image.config.v1+json","digest":")" +
      blob(config) + R"(","size":)" + std::to_string(config.size()) + R"(},"layers":[]})";
  const auto digest = blob(manifest);
  folder.write("layout/oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
  folder.write(
      "layout/index.json",
      R"({"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" +
          digest + R"(","size":)" + std::to_string(manifest.size()) + "}]}");
  const auto image = parse_reference(registry.host() + "/gate/tiny:v1").value();
  test::must_run({"skopeo", "--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false",
                  "oci:" + (folder.path() / "layout").string(), "docker://" + image.text()});
  const Cancel cancel;
  Client client({}, cancel);
  EXPECT_EQ(client.head(image).value().digest, digest);
  EXPECT_EQ(client.get(image).value().body, manifest);
  EXPECT_EQ(client.head(image.with_digest(digest)).value().media_type, "application/vnd.oci.image.manifest.v1+json");
  EXPECT_EQ(client.head(image.with_digest("sha256:" + std::string(64, '0'))).error().code, ErrorCode::not_found);
  EXPECT_EQ(client.head(parse_reference(registry.host() + "/gate/other:v1").value()).error().code,
            ErrorCode::not_found);
}

} // namespace
} // namespace streamgate::oci
