// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/file.hpp"
#include "kube/client.hpp"
#include "support/child.hpp"
#include "support/pki.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace streamgate::test {

// A real kube-apiserver with its etcd on loopback, with RBAC, for component tests. Nothing else of a cluster: no
// controllers, no kubelets. Needs etcd in PATH and kube-apiserver in the folder that STREAMGATE_KUBE_BIN names.
class ApiServer {
public:
  // The server of this test binary, started at the first call (some seconds) and stopped at the binary's end.
  // Error: what is missing, or the end of the server's log. The same error each time.
  static Result<ApiServer*> shared();

  ApiServer();
  ~ApiServer();

  const std::string& url() const { return m_url; }
  std::string ca() const { return m_authority.certificate(); }
  // Of the kube-apiserver, without changing it; a client of any user can be made of it by another token.
  kube::Config anonymous() const;
  // A client certificate of group system:masters: may do all.
  kube::Config admin() const;
  // A user of a bearer token, in a group of no rights.
  kube::Config token_user(const std::string& token) const;
  kube::Client client(const Cancel& cancel, kube::ClientOptions options = {}) const;

  // Kill the kube-apiserver (SIGKILL), or start it anew on the same port; `start` waits until it is ready.
  void kill() { m_server.signal(9); }
  Status start();
  // Forget all history in etcd up to now, so that older resourceVersions are gone (410).
  Status compact() const;

  // Folder for files of the test; gone at the end.
  const std::filesystem::path& folder() const { return m_folder.path(); }
  // Write `config` as a kubeconfig file and return its path.
  std::filesystem::path write_kubeconfig(const kube::Config& config, const std::string& name) const;

private:
  Status prepare();
  Status start_etcd();
  Status wait_ready(Child& child, const http::Request& request, const std::string& log) const;

  file::TemporaryFolder m_folder;
  Authority m_authority{"streamgate-test"};
  KeyPair m_admin;
  std::string m_etcd_url, m_url, m_program;
  int m_port;
  Child m_etcd, m_server;
};

} // namespace streamgate::test
