// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace streamgate::kube {

// A kind of object as the API server's paths name it.
struct Resource {
  std::string_view group;   // "" for the core group
  std::string_view version; // "v1"
  std::string_view plural;  // "pods"
  std::string_view kind;    // "Pod"
  bool namespaced = true;
};

inline constexpr Resource k_pods{"", "v1", "pods", "Pod"};
inline constexpr Resource k_config_maps{"", "v1", "configmaps", "ConfigMap"};
inline constexpr Resource k_secrets{"", "v1", "secrets", "Secret"};
inline constexpr Resource k_events{"", "v1", "events", "Event"};
inline constexpr Resource k_namespaces{"", "v1", "namespaces", "Namespace", false};
inline constexpr Resource k_nodes{"", "v1", "nodes", "Node", false};
inline constexpr Resource k_deployments{"apps", "v1", "deployments", "Deployment"};
inline constexpr Resource k_replica_sets{"apps", "v1", "replicasets", "ReplicaSet"};
inline constexpr Resource k_stateful_sets{"apps", "v1", "statefulsets", "StatefulSet"};
inline constexpr Resource k_leases{"coordination.k8s.io", "v1", "leases", "Lease"};
inline constexpr Resource k_mutating_webhooks{"admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations",
                                              "MutatingWebhookConfiguration", false};
inline constexpr Resource k_validating_webhooks{"admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations",
                                                "ValidatingWebhookConfiguration", false};
inline constexpr Resource k_csvs{"operators.coreos.com", "v1alpha1", "clusterserviceversions", "ClusterServiceVersion"};
inline constexpr Resource k_tekton_configs{"operator.tekton.dev", "v1alpha1", "tektonconfigs", "TektonConfig", false};
inline constexpr Resource k_installer_sets{"operator.tekton.dev", "v1alpha1", "tektoninstallersets",
                                           "TektonInstallerSet", false};
inline constexpr Resource k_task_runs{"tekton.dev", "v1", "taskruns", "TaskRun"};
inline constexpr Resource k_pipeline_runs{"tekton.dev", "v1", "pipelineruns", "PipelineRun"};

} // namespace streamgate::kube
