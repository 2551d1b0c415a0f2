// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace streamgate::test {

// A certificate and its key, as PEM text.
struct KeyPair {
  std::string certificate;
  std::string key;
};

// A certificate authority that lives as long as a test.
class Authority {
public:
  explicit Authority(const std::string& name);
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  std::string certificate() const;
  // A server's certificate; `names` as OpenSSL writes them: "IP:127.0.0.1,DNS:localhost".
  KeyPair issue_server(const std::string& names) const;
  // A client's certificate, for Kubernetes: user and group.
  KeyPair issue_client(const std::string& user, const std::string& group) const;

private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

// A private key on the P-256 curve as PEM text.
std::string make_key();

} // namespace streamgate::test
