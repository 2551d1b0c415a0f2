// SPDX-License-Identifier: Apache-2.0
// How soon a program that waits ends after the last condition came true: wait_latency WAIT_RECONCILE KUBECTL TIMES.
// Both wait for the TektonConfig of a real API server on loopback to become Ready, in turn. Prints a line for each
// time: who, milliseconds from the answer to the change, milliseconds from the sending of the change.
#include "operator/fake_target.hpp"
#include "support/child.hpp"

#include <fmt/format.h>

#include <sys/wait.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace streamgate {
namespace {

using Clock = std::chrono::steady_clock;

// For a program to see all that is there already. Too short a time shows as latency, never hides any.
constexpr auto k_settle = std::chrono::seconds(1);

double milliseconds(Clock::time_point from, Clock::time_point to)
{
  return std::chrono::duration<double, std::milli>(to - from).count();
}

class Bench {
public:
  Bench(std::string step, std::string kubectl) : m_step(std::move(step)), m_kubectl(std::move(kubectl))
  {
    test::write_run(m_folder.path(), "bench");
    test::patch_target(m_target, m_folder.path());
    m_target.olm = false; // its player would ask the API server all the time
  }

  // wait-reconcile as a gate runs it: it deletes the sets and waits for all that comes after.
  void step()
  {
    const auto old_sets = m_target.set_uids();
    config("False");
    test::Child child({m_step, "--run-dir", m_folder.path(), "--kubeconfig", m_target.kubeconfig(), "--timeout", "30s"},
                      log());
    m_target.reconciler = true;
    const auto made = [&] {
      const auto sets = m_target.set_uids();
      return sets.size() == old_sets.size() && std::ranges::find_first_of(sets, old_sets) == sets.end() &&
             m_target.running_image() == test::image("controller", 'c');
    };
    if (!m_target.eventually(made)) throw std::runtime_error("no new workload");
    m_target.reconciler = false;
    measure("wait-reconcile", child);
  }

  void kubectl()
  {
    config("False");
    test::Child child({m_kubectl, "--kubeconfig", m_target.kubeconfig(), "wait", "--for=condition=Ready",
                       "tektonconfig/config", "--timeout=60s"},
                      log());
    measure("kubectl", child);
  }

private:
  std::filesystem::path log() const { return m_folder.path() / "log"; }

  void config(const std::string& ready) const
  {
    const auto patched =
        m_target.client().patch(kube::k_tekton_configs, {"", "config"}, kube::PatchType::merge,
                                R"({"status":{"conditions":[{"type":"Ready","status":")" + ready + R"("}]}})");
    if (!patched) throw std::runtime_error(patched.error().text());
  }

  void measure(const std::string& who, test::Child& child) const
  {
    const Cancel never;
    (void)never.sleep(std::chrono::duration_cast<Duration>(k_settle));
    if (!child.running()) throw std::runtime_error(who + " ended too soon: " + log_text());
    const auto sent = Clock::now();
    config("True");
    const auto answered = Clock::now();
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(child.id()), &ended, WEXITED | WNOWAIT);
    const auto end = Clock::now();
    if (ended.si_code != CLD_EXITED || ended.si_status != 0) throw std::runtime_error(who + " failed: " + log_text());
    fmt::print("{}\t{:.2f}\t{:.2f}\n", who, milliseconds(answered, end), milliseconds(sent, end));
    std::fflush(stdout);
  }

  std::string log_text() const { return file::read(log()).value_or(""); }

  std::string m_step, m_kubectl;
  file::TemporaryFolder m_folder = std::move(*file::TemporaryFolder::make("streamgate-bench"));
  test::FakeTarget m_target;
};

} // namespace
} // namespace streamgate

int main(int argc, char** argv)
{
  int times = 0;
  if (argc == 4) std::from_chars(argv[3], argv[3] + std::strlen(argv[3]), times);
  if (times <= 0) {
    fmt::print(stderr, "usage: STREAMGATE_KUBE_BIN=FOLDER wait_latency WAIT_RECONCILE KUBECTL TIMES\n");
    return 2;
  }
  try {
    streamgate::Bench bench(argv[1], argv[2]);
    for (int i = 0; i < times; ++i) {
      bench.step();
      bench.kubectl();
    }
  } catch (const std::exception& problem) {
    fmt::print(stderr, "wait_latency: {}\n", problem.what());
    return 2;
  }
  return 0;
}
