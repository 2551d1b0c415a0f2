// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/time.hpp"
#include "kube/config.hpp"

#include <optional>

namespace streamgate::kube {

// What an exec plugin answered: a token, or a certificate with its key, or both.
struct ExecCredential {
  std::string token;
  std::string certificate;
  std::string key;
  std::optional<WallTime> expires; // none: for the life of the process, unless refused
};

// Run the plugin of `config` (at most a minute, nobody can be asked). Errors: unauthorized, cancelled.
Result<ExecCredential> run_exec_plugin(const Config& config, Duration longest, const Cancel& cancel);

// Return the ExecCredential that a plugin is told about in KUBERNETES_EXEC_INFO.
std::string exec_info(const Config& config);

// Read what a plugin printed. Error: unauthorized.
Result<ExecCredential> parse_exec_credential(std::string_view printed, std::string_view api_version);

} // namespace streamgate::kube
