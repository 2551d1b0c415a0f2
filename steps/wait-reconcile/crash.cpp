// SPDX-License-Identifier: Apache-2.0
#include "crash.hpp"

#include "operator/digest.hpp"

#include <fmt/format.h>

namespace streamgate::wait_reconcile {

namespace {

using tekton_operator::ContainerStatus;
using tekton_operator::PodView;

constexpr int k_lines = 20;
// A single crash may be a race with a ConfigMap or certificate that is made at the same time.
constexpr std::int64_t k_restarts = 2;

// ErrImagePull is not here: the kubelet tries once more and then says ImagePullBackOff.
bool cannot_be_fetched(const std::string& reason)
{
  return reason == "ImagePullBackOff" || reason == "InvalidImageName" || reason == "ErrImageNeverPull";
}

bool does_not_stay(const ContainerStatus& status)
{
  if (status.waiting == "CrashLoopBackOff") return true;
  return !status.running && status.restarts >= k_restarts && status.ended && status.ended->exit_code != 0;
}

std::optional<Fall> fall_of(const PodView& pod, const ContainerStatus& status)
{
  Fall out{Fall::Kind::crash, {pod.nspace, pod.name}, status.name, status.waiting, status.waiting_message, 0,
           status.restarts};
  if (cannot_be_fetched(status.waiting)) {
    out.kind = Fall::Kind::pull;
    return out;
  }
  if (!does_not_stay(status)) return std::nullopt;
  if (status.ended) {
    out.exit_code = status.ended->exit_code;
    out.reason = status.ended->reason.empty() ? status.waiting : status.ended->reason;
    out.message = status.ended->message;
  }
  return out;
}

std::optional<Fall> look_at_pod(const PodView& pod, const std::set<std::string>& digests)
{
  for (const auto& status : pod.statuses) {
    const auto* spec = pod.container(status.name);
    if (spec == nullptr || !digests.contains(tekton_operator::pinned_digest(spec->image))) continue;
    if (auto fall = fall_of(pod, status)) return fall;
  }
  return std::nullopt;
}

} // namespace

std::optional<Fall> find_fall(const tekton_operator::World& world, const std::vector<std::string>& owners,
                              const std::set<std::string>& old_sets, const std::set<std::string>& digests)
{
  for (const auto& owner : owners) {
    for (const auto* workload : tekton_operator::workloads_of(world, owner)) {
      if (old_sets.contains(workload->owner) || workload->deleting) continue;
      for (const auto* pod : tekton_operator::pods_of(world, *workload).current) {
        if (auto fall = look_at_pod(*pod, digests)) return fall;
      }
    }
  }
  return std::nullopt;
}

Error fall_error(const Fall& fall, const std::string& log)
{
  const auto where = fmt::format("container {} of pod {}/{}", fall.container, fall.pod.nspace, fall.pod.name);
  if (fall.kind == Fall::Kind::pull) {
    return {ErrorCode::registry,
            fmt::format("{}: the target cannot fetch the image under test: {}: {}", where, fall.reason, fall.message),
            {},
            "check that the target's registry answers and holds the image, and that its pods may pull from it"};
  }
  auto message = fmt::format("{}: the image under test does not stay up: exit code {}, {}, {} restarts", where,
                             fall.exit_code, fall.reason, fall.restarts);
  if (!fall.message.empty()) message += ": " + fall.message;
  if (!log.empty()) message += "; its last lines:\n" + log;
  return {ErrorCode::crash_loop, std::move(message), {}, {}};
}

std::string last_lines(const kube::Client& client, const Fall& fall)
{
  for (const bool previous : {true, false}) {
    auto log = client.logs(fall.pod, {.container = fall.container, .tail_lines = k_lines, .previous = previous});
    if (log && !log->empty()) return *log;
  }
  return {};
}

} // namespace streamgate::wait_reconcile
