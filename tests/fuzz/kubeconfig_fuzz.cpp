// SPDX-License-Identifier: Apache-2.0
#include "fuzz.hpp"
#include "kube/config.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace streamgate::fuzz {
namespace {

// A file in memory, so that no run leaves one behind. What a kubeconfig names is looked for in a folder that is not.
class MemoryFile {
public:
  explicit MemoryFile(std::string_view content) : m_fd(::memfd_create("kubeconfig", MFD_CLOEXEC))
  {
    expect(::write(m_fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()), "memory is there");
  }
  ~MemoryFile() { ::close(m_fd); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(m_fd); }

private:
  int m_fd;
};

} // namespace

void fuzz(std::string_view input)
{
  const MemoryFile file(input);
  const auto config = kube::read_kubeconfig({file.path()}, "");
  if (!config) {
    expect(!config.error().message.empty(), "a refusal says why");
    return;
  }
  expect(config->server.starts_with("https://") || config->server.starts_with("http://"), "a server has a URL");
  expect(config->client_certificate.empty() == config->client_key.empty(), "a certificate comes with its key");
  expect(!config->insecure_skip_tls_verify || config->ca.empty(), "a CA is used, or nothing is verified");
  expect(!config->nspace.empty(), "there is a namespace");
}

} // namespace streamgate::fuzz
