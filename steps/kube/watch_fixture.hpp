// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/kube_fixture.hpp"

#include <chrono>
#include <string>

namespace streamgate::kube {

inline SteadyTime in(Duration time)
{
  return std::chrono::steady_clock::now() + time;
}

class WatchTest : public test::KubeTest {
protected:
  // Run until the recorder's state is as wanted, at most `longest`.
  static Status until(Loop& loop, const std::function<bool()>& done, Duration longest = std::chrono::seconds(30))
  {
    return loop.run(in(longest), done);
  }
  std::string watch_path() const { return "/namespaces/" + nspace() + "/configmaps?watch=1"; }
  std::string list_path() const { return "/namespaces/" + nspace() + "/configmaps?limit"; }

  test::Recorder m_recorder;
};

// Run until a condition, or end the test with the loop's error.
#define SG_RUN(...)                                                                                                    \
  do {                                                                                                                 \
    const auto sg_run = until(__VA_ARGS__);                                                                            \
    ASSERT_TRUE(sg_run) << sg_run.error().text();                                                                      \
  } while (false)

} // namespace streamgate::kube
