// SPDX-License-Identifier: Apache-2.0
#include "oci/reference.hpp"

#include <gtest/gtest.h>

namespace streamgate::oci {
namespace {

const std::string k_digest = "sha256:" + std::string(64, 'a');

TEST(Reference, parses_every_part)
{
  const auto all = parse_reference("registry.example:5000/gate/pipeline-controller:v1.9.2@" + k_digest).value();
  EXPECT_EQ(all.registry, "registry.example:5000");
  EXPECT_EQ(all.repository, "gate/pipeline-controller");
  EXPECT_EQ(all.tag, "v1.9.2");
  EXPECT_EQ(all.digest, k_digest);
  EXPECT_EQ(all.name(), "registry.example:5000/gate/pipeline-controller");
  EXPECT_EQ(all.target(), k_digest);
  const auto bare = parse_reference("localhost/x").value();
  EXPECT_EQ(bare.tag, "");
  EXPECT_EQ(bare.target(), "latest");
}

TEST(Reference, prints_what_it_parsed)
{
  for (const auto& text : {std::string("a.b/c"), std::string("a.b:1/c/d:T_1.x-y"), "10.0.0.1:5000/x@" + k_digest,
                           std::string("[::1]:5000/x:y"), std::string("localhost/a__b/c--d/e.f"),
                           "a.b/c@sha512:" + std::string(128, '0')}) {
    const auto parsed = parse_reference(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().text();
    EXPECT_EQ(parsed->text(), text);
  }
}

TEST(Reference, refuses_what_registries_refuse)
{
  for (const auto& text : {std::string(),
                           std::string("busybox"),
                           std::string("library/busybox"),
                           std::string("docker.io/"),
                           std::string("docker.io/A"),
                           std::string("docker.io/a//b"),
                           std::string("docker.io/a/"),
                           std::string("docker.io/-a"),
                           std::string("docker.io/a-"),
                           std::string("docker.io/a..b"),
                           std::string("docker.io/a___b"),
                           std::string("docker.io/a:"),
                           std::string("docker.io/a:b c"),
                           std::string("docker.io/a:.b"),
                           "docker.io/a:" + std::string(129, 'x'),
                           std::string("docker.io/a@"),
                           std::string("docker.io/a@sha256:abc"),
                           "docker.io/a@md5:" + std::string(32, 'a'),
                           "docker.io/a@sha256:" + std::string(64, 'A'),
                           std::string("host:port/a"),
                           std::string("host:123456/a"),
                           std::string("[::zz]:1/a"),
                           std::string("[::1x/a"),
                           std::string("[::1\0x]:1/a", 12),
                           std::string("http://docker.io/a"),
                           std::string("user@docker.io/a"),
                           std::string(" docker.io/a"),
                           std::string("docker.io/a\n"),
                           "docker.io/" + std::string(250, 'a'),
                           std::string(".b/a")}) {
    const auto parsed = parse_reference(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::bad_input) << text;
  }
}

TEST(Reference, with_digest_names_the_image_alone)
{
  EXPECT_EQ(parse_reference("a.b/c:tag").value().with_digest(k_digest).text(), "a.b/c@" + k_digest);
}

} // namespace
} // namespace streamgate::oci
