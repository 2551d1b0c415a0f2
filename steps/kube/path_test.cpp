// SPDX-License-Identifier: Apache-2.0
#include "kube/path.hpp"

#include <gtest/gtest.h>

namespace streamgate::kube {
namespace {

TEST(Path, OfCollections)
{
  EXPECT_EQ(collection_path(k_pods, "a"), "/api/v1/namespaces/a/pods");
  EXPECT_EQ(collection_path(k_pods, ""), "/api/v1/pods");
  EXPECT_EQ(collection_path(k_deployments, "a"), "/apis/apps/v1/namespaces/a/deployments");
  EXPECT_EQ(collection_path(k_tekton_configs, "ignored"), "/apis/operator.tekton.dev/v1alpha1/tektonconfigs");
}

TEST(Path, OfObjects)
{
  EXPECT_EQ(object_path(k_pods, {"a", "b"}), "/api/v1/namespaces/a/pods/b");
  EXPECT_EQ(object_path(k_namespaces, {"", "a"}), "/api/v1/namespaces/a");
  EXPECT_EQ(object_path(k_pods, {"a", "b c?"}), "/api/v1/namespaces/a/pods/b%20c%3F");
}

TEST(Path, NamesThatCouldMeanAnotherPathAreRefused)
{
  for (const std::string name : {"", ".", "..", "a/b", "../x", "a%2fb"}) {
    const auto as_name = object_path(k_pods, {"a", name});
    ASSERT_FALSE(as_name) << name;
    EXPECT_EQ(as_name.error().code, ErrorCode::bad_input);
    const auto as_namespace = object_path(k_pods, {name, "b"});
    ASSERT_FALSE(as_namespace) << name;
    EXPECT_EQ(as_namespace.error().code, ErrorCode::bad_input);
  }
}

TEST(Query, EscapesValuesAndLeavesEmptyOnesOut)
{
  Query query;
  EXPECT_EQ(query.text(), "");
  query.add("a", "").add(ListOptions{.labels = "x in (y,z),!w", .fields = "metadata.name=q"}).add("b", "1");
  EXPECT_EQ(query.text(), "?labelSelector=x%20in%20%28y%2Cz%29%2C%21w&fieldSelector=metadata.name%3Dq&b=1");
}

} // namespace
} // namespace streamgate::kube
