// SPDX-License-Identifier: Apache-2.0
#include "follow.hpp"

#include "base/log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace streamgate::patch_csv {

namespace {

using tekton_operator::PodView;
using tekton_operator::Store;
using tekton_operator::WorkloadView;

// A patch whose guards failed is tried again on what is there now; more often than this means that two are at war.
constexpr int k_tries = 5;

std::string csv_text(const record::OperatorSite& site)
{
  return fmt::format("ClusterServiceVersion {}/{}", site.nspace, site.csv);
}

std::string status_text(const CsvStatus& status)
{
  return fmt::format("phase {}{}{}", status.phase.empty() ? "none" : status.phase,
                     status.reason.empty() ? "" : ", " + status.reason,
                     status.message.empty() ? "" : ": " + status.message);
}

std::optional<std::string> env_value(const std::vector<tekton_operator::ContainerView>& containers,
                                     const std::string& container, const std::string& key)
{
  for (const auto& item : containers) {
    if (item.name != container) continue;
    for (const auto& [name, value] : item.env) {
      if (name == key) return value;
    }
  }
  return std::nullopt;
}

// Return the first key that does not hold what it must, or "".
std::string differing_key(const std::vector<tekton_operator::ContainerView>& containers,
                          const record::OperatorSite& site, const std::vector<WantedEnv>& wanted)
{
  const auto found = std::find_if(wanted.begin(), wanted.end(), [&](const WantedEnv& w) {
    return env_value(containers, site.container, w.key) != w.value;
  });
  return found == wanted.end() ? std::string() : found->key;
}

} // namespace

CsvStatus csv_status(const json::Value& csv)
{
  return {std::string(json::text(csv, {"status", "phase"})), std::string(json::text(csv, {"status", "reason"})),
          std::string(json::text(csv, {"status", "message"}))};
}

Verdict judge_phase(const std::string& phase)
{
  if (phase == "Succeeded") return Verdict::good;
  if (phase.empty() || phase == "Pending" || phase == "InstallReady" || phase == "Installing") return Verdict::wait;
  return Verdict::hopeless;
}

Result<json::Document> read_csv(const kube::Client& client, const record::OperatorSite& site)
{
  auto csv = client.get(kube::k_csvs, {site.nspace, site.csv});
  if (!csv && csv.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found, csv_text(site) + " does not exist");
  return during(std::move(csv), "reading the operator's " + csv_text(site));
}

Result<json::Document> wait_for_csv(const Target& target, const record::OperatorSite& site, Direction direction)
{
  while (true) {
    SG_TRY_ASSIGN(auto csv, read_csv(target.client, site));
    if (judge_phase(csv_status(csv).phase) == Verdict::good) return csv;
    log::info("waiting for {} to reach phase Succeeded: {}", csv_text(site), status_text(csv_status(csv)));
    Store<CsvStatus> store(csv_status);
    kube::Loop loop(target.client, target.cancel);
    loop.watch(kube::k_csvs, site.nspace, {.fields = "metadata.name=" + site.csv}, store);
    CsvStatus now;
    const auto judged = [&] {
      if (store.all().empty()) return store.synced() ? Verdict::hopeless : Verdict::wait;
      now = store.all().begin()->second;
      const auto verdict = judge_phase(now.phase);
      return direction == Direction::to_before && verdict == Verdict::hopeless ? Verdict::wait : verdict;
    };
    auto status = loop.run(
        target.deadline, [&] { return judged() != Verdict::wait; },
        [&](Duration so_far) {
          log::info("waiting for {}, {} so far: {}", csv_text(site), to_text(so_far), status_text(now));
        });
    if (!status && status.error().code == ErrorCode::timeout) {
      return fail(ErrorCode::timeout,
                  fmt::format("{} did not reach phase Succeeded in time: {}", csv_text(site), status_text(now)),
                  "OLM takes a change over only in phase Succeeded; look at the operator's pods");
    }
    if (!status) return std::unexpected(std::move(status.error()).during("waiting for " + csv_text(site)));
    if (store.all().empty()) return fail(ErrorCode::not_found, csv_text(site) + " does not exist");
    if (judged() == Verdict::hopeless) {
      return fail(ErrorCode::unavailable, fmt::format("{} cannot be changed now: {}", csv_text(site), status_text(now)),
                  "bring the operator to phase Succeeded first");
    }
  }
}

Result<Standing> write_changes(const Target& target, const record::OperatorSite& site,
                               const std::vector<record::EnvChange>& changes, Direction direction)
{
  std::string last;
  for (int i = 0; i < k_tries; ++i) {
    SG_TRY_ASSIGN(auto csv, read_csv(target.client, site));
    SG_TRY_ASSIGN(auto place, tekton_operator::place_of(csv, site));
    auto standing = standing_of(changes, place);
    if (direction == Direction::to_after && !standing.foreign.empty()) {
      return fail(ErrorCode::conflict,
                  "somebody else changed the operator's images: " + foreign_text(standing, changes),
                  "find out who, restore with patch-csv --restore, and start again");
    }
    const auto todo = direction == Direction::to_after ? standing.pending : standing.done;
    if (todo.empty()) return standing;
    // Places may move while waiting; the guards are of the CSV that is patched.
    SG_TRY_ASSIGN(csv, wait_for_csv(target, site, direction));
    SG_TRY_ASSIGN(place, tekton_operator::place_of(csv, site));
    const auto body = patch_body(site, place, std::string(json::text(csv, {"metadata", "uid"})), csv_status(csv).phase,
                                 todo, direction);
    auto patched = target.client.patch(kube::k_csvs, {site.nspace, site.csv}, kube::PatchType::json, body);
    if (patched) {
      log::info("patched {}: {} keys of container {}", csv_text(site), todo.size(), site.container);
      return standing;
    }
    if (patched.error().code != ErrorCode::conflict)
      return std::unexpected(std::move(patched.error()).during("patching " + csv_text(site)));
    last = patched.error().text();
  }
  return fail(ErrorCode::conflict,
              fmt::format("{} is changed by somebody else all the time: {}", csv_text(site), last));
}

std::string follow_gap(const WorkloadView* deployment, const std::vector<const PodView*>& pods,
                       const record::OperatorSite& site, const std::vector<WantedEnv>& wanted)
{
  const auto name = fmt::format("Deployment {}/{}", site.nspace, site.deployment);
  if (deployment == nullptr) return name + " does not exist";
  if (const auto key = differing_key(deployment->containers, site, wanted); !key.empty()) {
    return fmt::format("OLM has not given {} to {}", key, name);
  }
  std::string trouble;
  std::string old;
  for (const auto* pod : pods) {
    if (pod->finished || !deployment->selector.matches(pod->labels)) continue;
    if (!differing_key(pod->containers, site, wanted).empty()) old = pod->name;
    else if (auto text = tekton_operator::pod_trouble(*pod); !text.empty())
      trouble += fmt::format("; pod {} {}", pod->name, text);
  }
  if (!deployment->rollout.empty()) return fmt::format("{}: {}{}", name, deployment->rollout, trouble);
  if (!old.empty()) return fmt::format("{}: old pod {} still there", name, old);
  return {};
}

Result<std::vector<PodView>> wait_for_operator(const Target& target, const record::OperatorSite& site,
                                               const std::vector<WantedEnv>& wanted)
{
  Store<WorkloadView> deployments(
      [](const json::Value& object) { return tekton_operator::workload_view(object, "Deployment"); });
  Store<PodView> store(tekton_operator::pod_view);
  kube::Loop loop(target.client, target.cancel);
  loop.watch(kube::k_deployments, site.nspace, {.fields = "metadata.name=" + site.deployment}, deployments);
  loop.watch(kube::k_pods, site.nspace, {}, store);
  const auto gap = [&]() -> std::string {
    if (!deployments.synced() || !store.synced()) return "not all objects have been read yet";
    std::vector<const PodView*> pods;
    for (const auto& [key, pod] : store.all()) pods.push_back(&pod);
    return follow_gap(deployments.all().empty() ? nullptr : &deployments.all().begin()->second, pods, site, wanted);
  };
  auto status = loop.run(
      target.deadline, [&] { return gap().empty(); },
      [&](Duration so_far) { log::info("waiting for the operator, {} so far: {}", to_text(so_far), gap()); });
  if (!status && status.error().code == ErrorCode::timeout) {
    return fail(ErrorCode::timeout, fmt::format("the operator did not follow {} in time: {}", csv_text(site), gap()),
                "look at the CSV's status and at the operator's pods and events");
  }
  if (!status) return std::unexpected(std::move(status.error()).during("waiting for the operator"));
  std::vector<PodView> pods;
  for (const auto& [key, pod] : store.all()) {
    if (!pod.finished && deployments.all().begin()->second.selector.matches(pod.labels)) pods.push_back(pod);
  }
  return pods;
}

void renew_operator(const Target& target, const std::vector<PodView>& pods)
{
  for (const auto& pod : pods) {
    const auto removed = target.client.remove(kube::k_pods, {pod.nspace, pod.name}, {.uid = pod.uid});
    if (removed)
      log::info("deleted the operator's pod {}: its next one leads without waiting for an election", pod.name);
    else log::info("the operator's pod {} waits for an election: {}", pod.name, removed.error().text());
  }
}

} // namespace streamgate::patch_csv
