// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http.hpp"
#include "kube/exec_plugin.hpp"

namespace streamgate::kube {

// Puts the account's credentials on requests and keeps them fresh: a token file is read for each request, a plugin
// runs again shortly before what it gave expires.
class Credentials {
public:
  explicit Credentials(const Config& config);

  // Put token, certificate or password on `request`. Error: unauthorized when there are none to be had, cancelled.
  Status put_on(http::Request& request, Duration longest, const Cancel& cancel);
  // After a 401: forget what may be outdated. Returns true when another try may have other credentials.
  bool renew();

private:
  Status read_token_file();
  Status run_plugin(Duration longest, const Cancel& cancel);
  bool plugin_is_due() const;

  const Config& m_config;
  std::string m_file_token;
  std::optional<ExecCredential> m_exec;
};

} // namespace streamgate::kube
