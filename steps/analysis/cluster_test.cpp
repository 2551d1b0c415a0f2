// SPDX-License-Identifier: Apache-2.0
#include "analysis/cause.hpp"
#include "analysis/cluster.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace streamgate::analysis {
namespace {

using Causes = std::vector<std::string>;
using Earlier = std::vector<record::FailureCluster>;

Causes causes(std::initializer_list<const char*> messages)
{
  Causes out;
  for (const auto* message : messages) out.push_back(cause_of(message, ""));
  return out;
}

std::size_t clusters_of(std::initializer_list<const char*> messages)
{
  return cluster(causes(messages), {}).clusters.size();
}

TEST(Cluster, OneCauseUnderManyNamesIsOneCluster)
{
  EXPECT_EQ(
      clusters_of(
          {R"(admission webhook "webhook.pipeline.tekton.dev" denied the request: TaskRun "clone-x2x9z" is invalid)",
           R"(admission webhook "webhook.pipeline.tekton.dev" denied the request: TaskRun "build-image" is invalid)"}),
      1U);
  EXPECT_EQ(clusters_of(
                {R"(pods "a-x2x9z" is forbidden: exceeded quota: small, requested: cpu=1, used: cpu=3, limited: cpu=3)",
                 R"(pods "b-pod" is forbidden: exceeded quota: small, requested: cpu=2, used: cpu=2, limited: cpu=3)"}),
            1U);
  EXPECT_EQ(
      clusters_of(
          {R"(User "system:serviceaccount:arendelle-bdf5k:default" cannot list resource "pods" in API group "" in the namespace "arendelle-bdf5k")",
           R"(User "system:serviceaccount:arendelle-x9x2z:default" cannot list resource "pods" in API group "" in the namespace "arendelle-x9x2z")"}),
      1U);
  EXPECT_EQ(
      clusters_of(
          {R"(Get "https://10.96.0.1:443/apis/tekton.dev/v1/namespaces/arendelle-bdf5k/taskruns/a-x2x9z": dial tcp 10.96.0.1:443: connect: connection refused)",
           R"(Get "https://10.96.12.7:443/apis/tekton.dev/v1/namespaces/arendelle-zzzzz/taskruns/a-wqvrfiet": dial tcp 10.96.12.7:443: connect: connection refused)"}),
      1U);
  EXPECT_EQ(clusters_of(
                {"0/3 nodes are available: 3 Insufficient memory.", "0/1 nodes are available: 1 Insufficient memory."}),
            1U);
  EXPECT_EQ(clusters_of({"want 3 got 2", "want 3 got 1"}), 1U);
}

TEST(Cluster, DifferentCausesAreDifferentClusters)
{
  EXPECT_EQ(
      clusters_of(
          {R"(unable to recognize "x.yaml": no matches for kind "TektonChain" in version "operator.tekton.dev/v1alpha1")",
           R"(unable to recognize "x.yaml": no matches for kind "TektonHub" in version "operator.tekton.dev/v1alpha1")",
           R"(unable to recognize "x.yaml": no matches for kind "TektonHub" in version "operator.tekton.dev/v1beta1")"}),
      3U);
  EXPECT_EQ(clusters_of({R"(secrets "regcred" not found)", R"(configmaps "regcred" not found)",
                         R"(secrets "cosign" not found)"}),
            3U);
  EXPECT_EQ(clusters_of({R"(User "system:serviceaccount:a:b" cannot list resource "pods")",
                         R"(User "system:serviceaccount:a:b" cannot create resource "pods")"}),
            2U);
  EXPECT_EQ(clusters_of({"request to registry.example failed with status code 401",
                         "request to registry.example failed with status code 503"}),
            2U);
  EXPECT_EQ(
      clusters_of({"container step-build terminated: exit code 137", "container step-build terminated: exit code 1"}),
      2U);
  EXPECT_EQ(clusters_of({"deployment tekton-chains-controller is not available",
                         "deployment tekton-pipelines-webhook is not available"}),
            2U);
}

std::string lines(int count, const std::string& kind)
{
  std::string out = "the controller reported:";
  for (int i = 0; i < count; ++i)
    out += fmt::format("\nerror in part{0}x: cannot apply{0}x {1}", static_cast<char>('a' + i), i == 7 ? kind : "Task");
  return out;
}

TEST(Cluster, ALongCauseMayHaveALineMore)
{
  const auto some = cluster(Causes{lines(12, "Task"), lines(13, "Task"), lines(12, "Task")}, {});
  EXPECT_EQ(some.clusters.size(), 1U);
  EXPECT_EQ(some.clusters[0].text, lines(12, "Task"));
  EXPECT_EQ(some.clusters[0].tests, 3);
  EXPECT_EQ(cluster(Causes{lines(12, "Task"), lines(12, "Pipeline")}, {}).clusters.size(), 2U)
      << "one word of many, but another kind";
  EXPECT_EQ(cluster(Causes{lines(12, "Task"), lines(20, "Task")}, {}).clusters.size(), 2U);
}

Causes mixed()
{
  Causes out = causes(
      {"want 3 got 2", "want 3 got 1", "want 3 got 1", "secrets \"a\" not found", "secrets \"b\" not found", "Failed"});
  for (int i = 8; i < 20; ++i) out.push_back(lines(i, "Task"));
  for (int i = 8; i < 12; ++i) out.push_back(lines(i, "Pipeline"));
  return out;
}

std::multimap<std::string, std::string> members(const Causes& causes, const Clustered& clustered)
{
  std::multimap<std::string, std::string> out;
  for (std::size_t i = 0; i < causes.size(); ++i) out.emplace(clustered.id_of[i], causes[i]);
  return out;
}

// Values of one key come in the order of insertion.
std::set<std::pair<std::string, std::string>> pairs(const std::multimap<std::string, std::string>& map)
{
  return {map.begin(), map.end()};
}

TEST(Cluster, TheOrderOfFailuresDoesNotMatter)
{
  auto all = mixed();
  const auto first = cluster(all, {});
  const auto expected = pairs(members(all, first));
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::ranges::shuffle(all, random);
    const auto again = cluster(all, {});
    EXPECT_EQ(pairs(members(all, again)), expected);
    ASSERT_EQ(again.clusters.size(), first.clusters.size());
    for (std::size_t i = 0; i < first.clusters.size(); ++i) {
      EXPECT_EQ(again.clusters[i].id, first.clusters[i].id);
      EXPECT_EQ(again.clusters[i].text, first.clusters[i].text);
      EXPECT_EQ(again.clusters[i].tests, first.clusters[i].tests);
    }
  }
}

TEST(Cluster, TheLargestComesFirst)
{
  const auto clustered = cluster(mixed(), {});
  EXPECT_TRUE(std::ranges::is_sorted(clustered.clusters, std::greater<>(), &record::FailureCluster::tests));
  std::int64_t tests = 0;
  for (const auto& each : clustered.clusters) tests += each.tests;
  EXPECT_EQ(tests, static_cast<std::int64_t>(mixed().size()));
}

TEST(Cluster, TwoRunsGiveACauseOneIdWithoutAHistory)
{
  const auto first = cluster(causes({"want 3 got 2", "secrets \"a\" not found"}), {});
  const auto second = cluster(causes({"something else is broken", "want 3 got 1"}), {});
  EXPECT_EQ(first.id_of[0], second.id_of[1]);
  // Of "want # got #". A change gives the clusters of all histories new names.
  EXPECT_EQ(first.id_of[0], "e379b21a568817e1");
}

TEST(Cluster, AnEarlierClusterGoesOnUnderItsIdAndText)
{
  const Earlier earlier{{"one", lines(12, "Task"), 5},
                        {"two", "want 3 got 7", 1},
                        {"again", "want 4 got 7", 1},
                        {"gone", "not here now", 2},
                        {"", "x", 1}};
  const auto clustered = cluster(Causes{lines(13, "Task"), lines(13, "Task"), "want 3 got 1", "Failed"}, earlier);
  EXPECT_EQ(clustered.id_of[0], "one");
  EXPECT_EQ(clustered.id_of[2], "two");
  ASSERT_EQ(clustered.clusters.size(), 3U);
  EXPECT_EQ(clustered.clusters[0].id, "one");
  EXPECT_EQ(clustered.clusters[0].text, lines(12, "Task"));
  EXPECT_EQ(clustered.clusters[0].tests, 2);
}

TEST(Cluster, RunAfterRunTheIdsStay)
{
  Earlier history;
  std::set<std::string> ids;
  for (int run = 0; run < 10; ++run) {
    const auto clustered =
        cluster(Causes{lines(12 + run % 2, "Task"), fmt::format("want {} got {}", run, run + 1)}, history);
    ids.insert(clustered.id_of.begin(), clustered.id_of.end());
    history = clustered.clusters;
  }
  EXPECT_EQ(ids.size(), 2U);
}

TEST(Cluster, WhatHasNoTextHasNoCluster)
{
  const auto clustered = cluster(causes({"", "Failed"}), {});
  EXPECT_EQ(clustered.id_of[0], "");
  EXPECT_EQ(clustered.clusters.size(), 1U);
  EXPECT_TRUE(cluster({}, {}).clusters.empty());
}

TEST(Cluster, HostileTexts)
{
  std::mt19937 random(3);
  Causes all;
  for (int i = 0; i < 60; ++i) {
    std::string text;
    for (int k = 0; k < 20000; ++k) text += static_cast<char>(random());
    all.push_back(cause_of(text, text));
    all.push_back(cause_of(std::string(16 << 10U, static_cast<char>('a' + i % 26)), ""));
  }
  const auto clustered = cluster(all, {});
  EXPECT_EQ(clustered.id_of.size(), all.size());
  EXPECT_EQ(clustered.id_of[1], clustered.id_of[53]) << "the same letter";
}

} // namespace
} // namespace streamgate::analysis
