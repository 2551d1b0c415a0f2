// SPDX-License-Identifier: Apache-2.0
#include "operator/digest.hpp"
#include "operator/fixture.hpp"

namespace streamgate::tekton_operator {
namespace {

using test::digest;
using test::document;

TEST(Digest, ReadsEveryFormOfAnImageId)
{
  const struct {
    std::string text;
    ImageId::Kind kind;
    std::string repository, digest;
  } cases[] = {
      {"10.88.0.3:5000/tekton/controller@" + digest('a'), ImageId::Kind::registry, "10.88.0.3:5000/tekton/controller",
       digest('a')},
      {"docker-pullable://quay.io/x/y@" + digest('b'), ImageId::Kind::registry, "quay.io/x/y", digest('b')},
      {"quay.io/x/y:v1@" + digest('b'), ImageId::Kind::registry, "quay.io/x/y:v1", digest('b')},
      {digest('c'), ImageId::Kind::runtime, "", digest('c')},
      {"docker://" + digest('d'), ImageId::Kind::runtime, "", digest('d')},
      {digest('e').substr(7), ImageId::Kind::runtime, "", digest('e')},
      {"", ImageId::Kind::none, "", ""},
      {"quay.io/x/y:v1", ImageId::Kind::none, "", ""},
      {"@" + digest('a'), ImageId::Kind::none, "", ""},
      {"quay.io/x@sha256:abc", ImageId::Kind::none, "", ""},
      {"quay.io/x@sha256:" + std::string(64, 'A'), ImageId::Kind::none, "", ""},
      {"quay.io/x@" + digest('a') + "0", ImageId::Kind::none, "", ""},
      {"sha512:" + std::string(64, 'a'), ImageId::Kind::none, "", ""},
  };
  for (const auto& c : cases) {
    const auto id = parse_image_id(c.text);
    EXPECT_EQ(static_cast<int>(id.kind), static_cast<int>(c.kind)) << c.text;
    EXPECT_EQ(id.repository, c.repository) << c.text;
    EXPECT_EQ(id.digest, c.digest) << c.text;
  }
}

TEST(Digest, ReadsWhatAReferencePins)
{
  EXPECT_EQ(pinned_digest("r:5000/x:v1@" + digest('a')), digest('a'));
  EXPECT_EQ(pinned_digest("r:5000/x:v1"), "");
  EXPECT_EQ(pinned_digest(digest('a')), "");
  EXPECT_EQ(pinned_digest("x@" + digest('a') + " "), "");
  EXPECT_EQ(pinned_digest(""), "");
}

TEST(Digest, CollectsFromAllStrings)
{
  std::set<std::string> found;
  collect_digests(document(R"({"a":["x@)" + digest('1') + R"(",{"b":"-flag=y@)" + digest('2') + " z@" + digest('3') +
                           R"("}],"c":"sha256:12"})"),
                  found);
  EXPECT_EQ(found, (std::set<std::string>{digest('1'), digest('2'), digest('3')}));
}

} // namespace
} // namespace streamgate::tekton_operator
