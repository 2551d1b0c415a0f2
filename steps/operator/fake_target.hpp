// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operator/fixture.hpp"
#include "support/api_server.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace streamgate::test {

// A target for component tests: the objects are in a real API server; a thread plays what is not there: OLM (CSV -> the
// operator's Deployment), the operator (InstallerSets -> Deployments), the Deployment controller and the kubelet.
class FakeTarget {
public:
  enum class Pods { good, crash, pull, wrong_digest };

  // Clears what an earlier test left, and brings up an operator of one component (controller 'c', entrypoint 'e').
  FakeTarget();
  ~FakeTarget();

  // What plays along, switched by the test.
  std::atomic<bool> olm = true;
  std::atomic<bool> available = true; // the operator's Deployment
  std::atomic<bool> reconciler = true;
  std::atomic<bool> writes_anew = true; // InstallerSets whose hash is not right
  std::atomic<bool> hashes = true;      // puts a hash on them; old operators do not
  std::atomic<Pods> pods = Pods::good;

  const kube::Client& client() const { return m_client; }
  std::string kubeconfig() const { return m_kubeconfig; }
  // A kubeconfig of a user who may do nothing, or after `grant` that: the `rules` of a ClusterRole, as JSON, in one
  // namespace or in the whole cluster.
  std::string powerless() const;
  void grant(const std::string& rules, const std::string& nspace = "");
  // Grant what README says that a gate must be allowed to do, and no more.
  void grant_documented();

  void add_csv(const CsvShape& shape);
  void set_phase(const std::string& phase, const std::string& reason = "");
  // Set a value of the operator's container in the CSV, as somebody else would.
  void set_env(const std::string& key, const std::string& value);
  // Set the strategy of the operator's Deployment in the CSV, as JSON.
  void set_strategy(const std::string& strategy);
  std::string env(const std::string& key, const std::string& nspace = "tekton-operator") const;
  // The CSV's spec, printed.
  std::string spec() const;
  bool has_undo() const;
  std::vector<std::string> set_uids() const;
  // Return true when somebody asks the operator to write an InstallerSet anew.
  bool marked() const;
  // Add a pod to the component's ReplicaSet as if a kubelet had it, which ends it only by `end_pod`; see how many
  // seconds it was given to end (0: it was not told to, or it is gone).
  void run_old_pod(const std::string& name);
  std::int64_t grace(const std::string& name) const;
  void end_pod(const std::string& name);
  // Return the image of the component's running pod.
  std::string running_image() const;
  // Wait until `condition` holds, at most 20 s.
  bool eventually(const std::function<bool()>& condition) const;

private:
  void clear();
  void stop();
  void play();
  void play_olm();
  void keep_operator(const json::Value& spec);
  void tell_available();
  void play_operator();
  void write_anew(const json::Value& set);
  void make_sets(const std::map<std::string, std::string>& env);
  void make_workload(const std::string& set_name, const std::string& set_uid,
                     const std::map<std::string, std::string>& env);
  void drop_workload();
  void set_status(const kube::Resource& resource, const kube::ObjectName& name, const std::string& status);
  std::string pod_status(const std::string& image);

  Cancel m_cancel;
  kube::Client m_client;
  kube::Client m_hand; // the player's: a client is of one thread
  std::string m_kubeconfig;
  std::string m_olm_did; // the spec that the operator's Deployment was made of
  std::map<std::string, std::string> m_operator_env;
  bool m_told_available = false;
  std::string m_trouble; // what went wrong in the player's last beat
  int m_count = 0;
  std::thread m_player;
};

// Write plan.json and images/pipeline.json of a run that built the controller 'c' and the entrypoint 'e'.
void write_run(const std::filesystem::path& folder, const std::string& run);

// Set the built images in the CSV, wait until the operator has them, and write deploy.json: as patch-csv leaves it.
void patch_target(FakeTarget& target, const std::filesystem::path& folder);

} // namespace streamgate::test
