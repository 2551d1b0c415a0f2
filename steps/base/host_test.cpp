// SPDX-License-Identifier: Apache-2.0
#include "base/host.hpp"

#include <gtest/gtest.h>

namespace streamgate {
namespace {

TEST(Host, IsPrivateOrNot)
{
  for (const auto* host : {"localhost", "localhost:5000", "127.0.0.1:5000", "10.88.0.3:5000", "192.168.1.1",
                           "172.16.0.1", "172.31.255.255", "registry.local:5000", "a.localhost", "[::1]:5000"}) {
    EXPECT_TRUE(is_private_host(host)) << host;
  }
  for (const auto* host : {"docker.io", "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "11.0.0.1:5000",
                           "local.example", "10.example.com", "localhost.example", "[2001:db8::1]:5000", ""}) {
    EXPECT_FALSE(is_private_host(host)) << host;
  }
}

TEST(Host, ASecretGoesInClearToNobodyElse)
{
  for (const auto* url : {"https://git.example.com/a", "http://127.0.0.1:3000/a.git", "http://me@10.0.0.1/a",
                          "http://git.local", "https://8.8.8.8"}) {
    EXPECT_TRUE(may_carry_secret(url)) << url;
  }
  for (const auto* url : {"http://git.example.com/a", "http://8.8.8.8:3000/", "http://10.0.0.1@git.example.com/a",
                          "http://127.0.0.1.example.com", "ssh://10.0.0.1/a", "file:///a", "", "http://"}) {
    EXPECT_FALSE(may_carry_secret(url)) << url;
  }
}

} // namespace
} // namespace streamgate
