// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace streamgate::kube {

// How a process outside of us is asked for credentials (client.authentication.k8s.io/v1, v1beta1).
struct ExecPlugin {
  std::string api_version;
  std::string command;
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;
  std::string install_hint;   // what to tell when the command does not exist
  std::string cluster_config; // JSON of the cluster's extension for plugins; "" for none
  bool provide_cluster_info = false;
};

// Where an API server is and how to be let in. Certificates are PEM text. Never printed: it holds secrets.
struct Config {
  std::string server;                    // https://host:6443, without a slash in the end
  std::string tls_server_name;           // "" for the host of `server`
  std::string ca;                        // PEM; "" for the system's
  bool insecure_skip_tls_verify = false; // only if the kubeconfig says so; warned of
  std::string client_certificate;
  std::string client_key;
  std::string token;
  std::filesystem::path token_file; // re-read when it changes; wins over `token`
  std::string username, password;
  std::string proxy;       // proxy-url; "" for the environment's
  std::string nspace;      // namespace of the context or of the service account; "default" when unknown
  std::string impersonate; // as
  std::vector<std::string> impersonate_groups; // as-groups
  ExecPlugin exec;                             // command "" for none
};

// Where to look. Empty `kubeconfig`: KUBECONFIG (a list is merged), then the service account of the pod, then
// ~/.kube/config. Empty `context`: the file's current-context.
struct ConfigSource {
  std::filesystem::path kubeconfig = {};
  std::string context = {};
  // Where Kubernetes mounts a pod's token, ca.crt and namespace.
  std::filesystem::path service_account = "/var/run/secrets/kubernetes.io/serviceaccount";
};

// Read a kubeconfig or the pod's service account. Errors say which file and field: not_found, bad_input.
Result<Config> load_config(const ConfigSource& source);

// Read and merge kubeconfig files as kubectl does: of several entries with one name the first wins, and so does the
// first current-context; paths in a file are relative to that file. Files that do not exist are passed over when
// there are several.
Result<Config> read_kubeconfig(const std::vector<std::filesystem::path>& files, const std::string& context);

} // namespace streamgate::kube
