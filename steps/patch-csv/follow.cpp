// SPDX-License-Identifier: Apache-2.0
#include "follow.hpp"

#include "base/log.hpp"
#include "operator/leases.hpp"

#include <fmt/format.h>

#include <functional>

namespace streamgate::patch_csv {

namespace {

using tekton_operator::SitePlace;
using tekton_operator::Store;

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

namespace {

// Prints the patch of a CSV with this UID, in this phase; "" when there is nothing to change.
using BodyOf =
    std::function<Result<std::string>(const SitePlace& place, const std::string& uid, const std::string& phase)>;

// Patch the CSV once OLM takes a change over, and again where somebody was faster. Returns whether there was anything
// to change. Errors: those of `body_of` and wait_for_csv; conflict when it was changed in between time and again.
Result<bool> write_csv(const Target& target, const record::OperatorSite& site, Direction direction,
                       const BodyOf& body_of)
{
  const auto body = [&](const json::Value& csv) -> Result<std::string> {
    SG_TRY_ASSIGN(const auto place, tekton_operator::place_of(csv, site));
    return body_of(place, std::string(json::text(csv, {"metadata", "uid"})), csv_status(csv).phase);
  };
  std::string last;
  for (int i = 0; i < k_tries; ++i) {
    SG_TRY_ASSIGN(const auto now, read_csv(target.client, site));
    SG_TRY_ASSIGN(const auto wanted, body(now));
    if (wanted.empty()) return false;
    // Much may change while waiting; the guards are of the CSV that is patched.
    SG_TRY_ASSIGN(const auto csv, wait_for_csv(target, site, direction));
    SG_TRY_ASSIGN(const auto text, body(csv));
    if (text.empty()) return false;
    auto patched = target.client.patch(kube::k_csvs, {site.nspace, site.csv}, kube::PatchType::json, text);
    if (patched) return true;
    if (patched.error().code != ErrorCode::conflict)
      return std::unexpected(std::move(patched.error()).during("patching " + csv_text(site)));
    last = patched.error().text();
  }
  return fail(ErrorCode::conflict,
              fmt::format("{} is changed by somebody else all the time: {}", csv_text(site), last));
}

} // namespace

Result<Standing> write_changes(const Target& target, const record::OperatorSite& site,
                               const std::vector<record::EnvChange>& changes, Direction direction)
{
  Standing standing;
  std::size_t keys = 0;
  const auto body_of = [&](const SitePlace& place, const std::string& uid,
                           const std::string& phase) -> Result<std::string> {
    standing = standing_of(changes, place);
    if (direction == Direction::to_after && !standing.foreign.empty()) {
      return fail(ErrorCode::conflict,
                  "somebody else changed the operator's images: " + foreign_text(standing, changes),
                  "find out who, restore with patch-csv --restore, and start again");
    }
    const auto& todo = direction == Direction::to_after ? standing.pending : standing.done;
    keys = todo.size();
    return todo.empty() ? std::string() : patch_body(site, place, uid, phase, todo, direction);
  };
  SG_TRY_ASSIGN(const bool written, write_csv(target, site, direction, body_of));
  if (written) log::info("patched {}: {} keys of container {}", csv_text(site), keys, site.container);
  return standing;
}

Status write_strategy(const Target& target, const record::OperatorSite& site)
{
  const auto body_of = [&](const SitePlace& place, const std::string& uid,
                           const std::string& phase) -> Result<std::string> {
    return strategy_body(site, place, uid, phase);
  };
  SG_TRY(write_csv(target, site, Direction::to_before, body_of));
  return {};
}

Status wait_for_operator(const Target& target, const record::OperatorSite& site,
                         std::vector<tekton_operator::WantedEnv> wanted, Following until)
{
  tekton_operator::Rollout rollout(site, std::move(wanted));
  kube::Loop loop(target.client, target.cancel);
  rollout.watch(loop);
  const auto gap = [&] { return rollout.gap(until); };
  auto status = loop.run(
      target.deadline, [&] { return gap().empty(); },
      [&](Duration so_far) { log::info("waiting for the operator, {} so far: {}", to_text(so_far), gap()); });
  if (!status && status.error().code == ErrorCode::timeout) {
    return fail(ErrorCode::timeout, fmt::format("the operator did not follow {} in time: {}", csv_text(site), gap()),
                "look at the CSV's status and at the operator's pods and events");
  }
  if (!status) return std::unexpected(std::move(status.error()).during("waiting for the operator"));
  // So that the next operator, which starts now, leads at once.
  if (until == Following::replaced)
    tekton_operator::free_leases(target.client, site.nspace,
                                 [&](const auto& pod) { return pod.starts_with(site.deployment + "-"); });
  return {};
}

} // namespace streamgate::patch_csv
