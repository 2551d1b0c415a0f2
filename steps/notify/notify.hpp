// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/step.hpp"
#include "notify/target.hpp"

#include <cstdint>
#include <string>
#include <vector>

// The step notify: tells people and forges how a run ended.
namespace streamgate::notify {

struct Options {
  CommonOptions common = {};
  std::string gate; // "" for the verdict's
  std::string when = "change";
  std::string run_url = {};
  std::string slack_file = {};
  std::vector<std::string> owner_mentions = {};
  std::string webhook_file = {};
  std::string webhook_secret_file = {};
  std::string forge_token_file = {};
  TargetOptions target = {};
  std::string ca_file = {};
  Duration timeout = std::chrono::seconds(15); // of one request
  std::string event_object = {};
  std::string event_namespace = {};
  std::string event_kubeconfig = {};

  static StepInfo info();
  void bind(Cli& cli);
};

// Tell by every way that is configured, one that fails is in no other's way. An Outcome `error` when one did, so that
// no errors/notify.json is counted by anybody. Errors: usage, and bad_input for secrets and records that cannot be
// used.
Result<Outcome> run(const Options& options, const Deps& deps);

} // namespace streamgate::notify
