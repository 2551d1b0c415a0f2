// SPDX-License-Identifier: Apache-2.0
#include "operator/fake_target.hpp"

#include "base/process.hpp"
#include "base/yaml.hpp"
#include "operator/digest.hpp"
#include "operator/site.hpp"
#include "record/run_dir.hpp"

#include <stdexcept>

namespace streamgate::test {

namespace {

constexpr kube::Resource k_crds{"apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition",
                                false};
constexpr kube::Resource k_cluster_roles{"rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false};
constexpr kube::Resource k_cluster_role_bindings{"rbac.authorization.k8s.io", "v1", "clusterrolebindings",
                                                 "ClusterRoleBinding", false};
constexpr kube::Resource k_role_bindings{"rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"};
constexpr auto k_beat = std::chrono::milliseconds(20);
const kube::ObjectName k_csv{"tekton-operator", "tekton-operator.v0.75.0"};
constexpr const char* k_hash = "hash-of-the-spec";
const std::string k_controller = "tekton-pipelines-controller";

template <class T>
T good(Result<T> result)
{
  if (!result) throw std::runtime_error(result.error().text());
  return std::move(*result);
}

ApiServer& server()
{
  return *good(ApiServer::shared());
}

// The folder of a Go module that one of the tools modules requires.
std::string module_folder(const std::string& tools, const std::string& module)
{
  const Cancel cancel;
  const auto out = good(process::output({.argv = {"go", "mod", "download", "-json", module},
                                         .folder = std::string(STREAMGATE_SOURCE_DIR) + "/tools/" + tools},
                                        cancel));
  return std::string(json::text(good(json::parse(out, "go mod download")), {"Dir"}));
}

// Install a CRD as its project ships it, but without the status subresource, so that the tests can set a status as they
// like.
void install_crd(const kube::Client& client, const std::string& path)
{
  auto crd = good(yaml::parse(good(file::read(path)), path));
  auto& versions = crd["spec"]["versions"];
  for (auto& version : versions.GetArray()) version.RemoveMember("subresources");
  crd.RemoveMember("status");
  auto created = client.create(k_crds, "", json::dump(crd));
  if (!created && created.error().code != ErrorCode::conflict) throw std::runtime_error(created.error().text());
}

void install_all(const kube::Client& client)
{
  static bool done = false;
  if (done) return;
  install_crd(client, module_folder("olm", "github.com/operator-framework/operator-lifecycle-manager") +
                          "/deploy/chart/crds/0000_50_olm_00-clusterserviceversions.crd.yaml");
  const auto base = module_folder("operator", "github.com/tektoncd/operator") + "/config/base/300-operator_v1alpha1_";
  install_crd(client, base + "installer_set_crd.yaml");
  install_crd(client, base + "config_crd.yaml");
  for (const std::string name : {"tekton-operator", "tekton-pipelines", "other"}) {
    good(client.create(kube::k_namespaces, "",
                       R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":")" + name + R"("}})"));
  }
  done = true;
}

std::string owner_json(const std::string& api, const std::string& kind, const std::string& name, const std::string& uid)
{
  return fmt::format(
      R"("ownerReferences":[{{"apiVersion":"{}","kind":"{}","name":"{}","uid":"{}","controller":true}}])", api, kind,
      name, uid);
}

std::string uid_of(const json::Value& object)
{
  return std::string(json::text(object, {"metadata", "uid"}));
}

// Name of the role, and of its binding, for what is granted in a namespace.
std::string granted_name(const std::string& nspace)
{
  return nspace.empty() ? "granted" : "granted-in-" + nspace;
}

// What the set of that name installs: static ones no workload.
std::vector<std::pair<std::string, std::string>> deployments_of(const std::string& set,
                                                                const std::map<std::string, std::string>& env)
{
  if (set.find("static") != std::string::npos) return {};
  return {{"controller", env.at("IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER")}};
}

} // namespace

FakeTarget::FakeTarget()
    : m_client(server().client(m_cancel)), m_hand(server().client(m_cancel)),
      m_kubeconfig(server().write_kubeconfig(server().admin(), "admin.kubeconfig"))
{
  install_all(m_client);
  // A CRD is served a moment after it was made.
  if (!eventually([&] {
        return m_client.list(kube::k_csvs, "") && m_client.list(kube::k_installer_sets, "") &&
               m_client.list(kube::k_tekton_configs, "");
      })) {
    throw std::runtime_error("the CRDs are not served");
  }
  clear();
  good(m_client.create(kube::k_tekton_configs, "",
                       R"({"apiVersion":"operator.tekton.dev/v1alpha1",)" + config_json().substr(1)));
  add_csv({.env = env_json({{"IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER", image("controller", '0')},
                            {"VERSION", "v0.75.0"},
                            {"IMAGE_PIPELINES_ARG__ENTRYPOINT_IMAGE", image("entrypoint", '1')}})});
  m_player = std::thread([this] { play(); });
  if (eventually([&] { return running_image() == image("controller", '0'); })) return;
  stop();
  throw std::runtime_error("the fake target does not start: " + m_trouble);
}

FakeTarget::~FakeTarget()
{
  stop();
}

void FakeTarget::stop()
{
  m_cancel.request();
  m_player.join();
}

std::string FakeTarget::powerless() const
{
  return server().write_kubeconfig(server().token_user("nobody-token-1"), "nobody.kubeconfig");
}

void FakeTarget::grant(const std::string& rules, const std::string& nspace)
{
  const auto name = granted_name(nspace);
  good(m_client.create(
      k_cluster_roles, "",
      fmt::format(
          R"({{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{{"name":"{}"}},"rules":{}}})",
          name, rules)));
  const auto& binding = nspace.empty() ? k_cluster_role_bindings : k_role_bindings;
  good(m_client.create(
      binding, nspace,
      fmt::format(R"({{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"{}","metadata":{{"name":"{}"}},)"
                  R"("roleRef":{{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{}"}},)"
                  R"("subjects":[{{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"nobody"}}]}})",
                  binding.kind, name, name)));
}

void FakeTarget::grant_documented()
{
  grant(
      R"([{"apiGroups":["operators.coreos.com"],"resources":["clusterserviceversions"],"verbs":["list"]},)"
      R"({"apiGroups":["operator.tekton.dev"],"resources":["tektonconfigs"],"resourceNames":["config"],"verbs":["get","list","watch"]},)"
      R"({"apiGroups":["operator.tekton.dev"],"resources":["tektoninstallersets"],"verbs":["list","watch","delete"]},)"
      R"({"apiGroups":["admissionregistration.k8s.io"],"resources":["mutatingwebhookconfigurations","validatingwebhookconfigurations"],"verbs":["list","watch"]}])");
  grant(
      R"([{"apiGroups":["operators.coreos.com"],"resources":["clusterserviceversions"],"verbs":["get","list","watch","patch"]},)"
      R"({"apiGroups":[""],"resources":["configmaps"],"verbs":["create"]},)"
      R"({"apiGroups":[""],"resources":["configmaps"],"resourceNames":["streamgate-restore"],"verbs":["get","delete"]},)"
      R"({"apiGroups":["apps"],"resources":["deployments"],"verbs":["list","watch"]},)"
      R"({"apiGroups":[""],"resources":["pods"],"verbs":["list","watch"]}])",
      "tekton-operator");
  grant(R"([{"apiGroups":["apps"],"resources":["deployments","replicasets","statefulsets"],"verbs":["list","watch"]},)"
        R"({"apiGroups":[""],"resources":["pods"],"verbs":["list","watch"]},)"
        R"({"apiGroups":["coordination.k8s.io"],"resources":["leases"],"verbs":["list","watch"]},)"
        R"({"apiGroups":[""],"resources":["pods/log"],"verbs":["get"]}])",
        "tekton-pipelines");
}

void FakeTarget::clear()
{
  for (const std::string nspace : {"", "tekton-operator", "tekton-pipelines"}) {
    const auto& binding = nspace.empty() ? k_cluster_role_bindings : k_role_bindings;
    (void)m_client.remove(binding, {nspace, granted_name(nspace)});
    (void)m_client.remove(k_cluster_roles, {"", granted_name(nspace)});
  }
  const auto all = {kube::k_csvs, kube::k_config_maps,  kube::k_installer_sets, kube::k_tekton_configs,
                    kube::k_pods, kube::k_replica_sets, kube::k_deployments,    kube::k_leases};
  for (const auto& resource : all) {
    for (const auto& item : good(m_client.list(resource, "")).items) {
      const std::string nspace(json::text(item, {"metadata", "namespace"}));
      if (nspace.starts_with("kube-")) continue;
      (void)m_client.remove(resource, {nspace, std::string(json::text(item, {"metadata", "name"}))}, {.grace = 0});
    }
  }
}

void FakeTarget::add_csv(const CsvShape& shape)
{
  auto csv = document(csv_json(shape));
  csv["metadata"].RemoveMember("uid");
  good(m_client.create(kube::k_csvs, shape.nspace, json::dump(csv)));
}

void FakeTarget::set_phase(const std::string& phase, const std::string& reason)
{
  good(m_client.patch(
      kube::k_csvs, k_csv, kube::PatchType::merge,
      fmt::format(R"({{"status":{{"phase":"{}","reason":"{}","message":"told by the test"}}}})", phase, reason)));
}

void FakeTarget::set_env(const std::string& key, const std::string& value)
{
  const auto csv = good(m_client.get(kube::k_csvs, k_csv));
  const auto place = good(
      tekton_operator::place_of(csv, {k_csv.nspace, k_csv.name, "", "tekton-operator", "tekton-operator-lifecycle"}));
  good(m_client.patch(kube::k_csvs, k_csv, kube::PatchType::json,
                      fmt::format(R"([{{"op":"replace","path":"{}/value","value":"{}"}}])",
                                  place.env_path(place.find(key)->index), value)));
}

void FakeTarget::set_strategy(const std::string& strategy)
{
  const auto csv = good(m_client.get(kube::k_csvs, k_csv));
  const auto place = good(
      tekton_operator::place_of(csv, {k_csv.nspace, k_csv.name, "", "tekton-operator", "tekton-operator-lifecycle"}));
  good(m_client.patch(kube::k_csvs, k_csv, kube::PatchType::json,
                      fmt::format(R"([{{"op":"replace","path":"{}","value":{}}}])", place.strategy_path(), strategy)));
}

std::string FakeTarget::env(const std::string& key, const std::string& nspace) const
{
  const auto csv = good(m_client.get(kube::k_csvs, {nspace, k_csv.name}));
  const auto place =
      good(tekton_operator::place_of(csv, {nspace, k_csv.name, "", "tekton-operator", "tekton-operator-lifecycle"}));
  return place.find(key) != nullptr ? place.find(key)->value.value_or("") : "";
}

std::string FakeTarget::spec() const
{
  const auto csv = good(m_client.get(kube::k_csvs, k_csv));
  return json::dump(csv["spec"]);
}

bool FakeTarget::has_undo() const
{
  return m_client.get(kube::k_config_maps, {"tekton-operator", "streamgate-restore"}).has_value();
}

std::vector<std::string> FakeTarget::set_uids() const
{
  std::vector<std::string> out;
  for (const auto& item : good(m_client.list(kube::k_installer_sets, "")).items) out.push_back(uid_of(item));
  return out;
}

bool FakeTarget::marked() const
{
  const auto sets = good(m_client.list(kube::k_installer_sets, ""));
  return std::any_of(sets.items.begin(), sets.items.end(), [](const auto& set) {
    return json::text(set, {"metadata", "annotations", tekton_operator::k_hash_annotation}) ==
           tekton_operator::k_marker;
  });
}

void FakeTarget::run_old_pod(const std::string& name)
{
  const auto sets = good(m_client.list(kube::k_replica_sets, "tekton-pipelines"));
  const auto& set = sets.items.at(0);
  good(m_client.create(
      kube::k_pods, "tekton-pipelines",
      fmt::format(
          R"({{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{}","labels":{{"app":"controller"}},{}}},"spec":{{"nodeName":"none","containers":[{}]}}}})",
          name, owner_json("apps/v1", "ReplicaSet", std::string(json::text(set, {"metadata", "name"})), uid_of(set)),
          container_json(k_controller, image("controller", '0')))));
}

std::int64_t FakeTarget::grace(const std::string& name) const
{
  const auto pod = m_client.get(kube::k_pods, {"tekton-pipelines", name});
  return pod ? json::integer(*pod, {"metadata", "deletionGracePeriodSeconds"}).value_or(0) : 0;
}

void FakeTarget::end_pod(const std::string& name)
{
  (void)m_client.remove(kube::k_pods, {"tekton-pipelines", name}, {.grace = 0});
}

std::string FakeTarget::running_image() const
{
  for (const auto& item : good(m_client.list(kube::k_pods, "tekton-pipelines")).items) {
    if (json::text(item, {"status", "phase"}) == "Running")
      return std::string(json::text(item["spec"]["containers"][0], {"image"}));
  }
  return {};
}

bool FakeTarget::eventually(const std::function<bool()>& condition) const
{
  const Cancel never;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    (void)never.sleep(k_beat);
  }
  return condition();
}

void FakeTarget::play()
{
  while (m_cancel.sleep(k_beat)) {
    try {
      if (olm) play_olm();
      if (reconciler) play_operator();
    } catch (const std::exception& problem) {
      // An object changed or went away in between: the next beat sees it.
      m_trouble = problem.what();
    }
  }
}

void FakeTarget::play_olm()
{
  const auto csv = good(m_hand.get(kube::k_csvs, k_csv));
  if (json::text(csv, {"status", "phase"}) != "Succeeded") return;
  const auto place = good(
      tekton_operator::place_of(csv, {k_csv.nspace, k_csv.name, "", "tekton-operator", "tekton-operator-lifecycle"}));
  std::map<std::string, std::string> values;
  for (const auto& entry : place.env) values[entry.name] = entry.value.value_or("");
  const auto& deployment = csv["spec"]["install"]["spec"]["deployments"][static_cast<unsigned>(place.deployment)];
  auto wanted = json::dump(deployment["spec"]);
  if (wanted == m_olm_did) return keep_operator(deployment["spec"]["template"]["spec"]);
  (void)m_hand.remove(kube::k_deployments, {"tekton-operator", "tekton-operator"});
  for (const auto& pod : good(m_hand.list(kube::k_pods, "tekton-operator")).items) {
    (void)m_hand.remove(kube::k_pods, {"tekton-operator", std::string(json::text(pod, {"metadata", "name"}))});
  }
  good(m_hand.create(kube::k_deployments, "tekton-operator",
                     R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"tekton-operator"},"spec":)" +
                         wanted + "}"));
  keep_operator(deployment["spec"]["template"]["spec"]);
  tell_available();
  m_olm_did = std::move(wanted);
  m_operator_env = std::move(values);
}

void FakeTarget::tell_available()
{
  m_told_available = available;
  set_status(kube::k_deployments, {"tekton-operator", "tekton-operator"},
             fmt::format(R"({{"observedGeneration":1,"replicas":1,"updatedReplicas":1,"readyReplicas":{0},)"
                         R"("availableReplicas":{0}}})",
                         m_told_available ? 1 : 0));
}

void FakeTarget::keep_operator(const json::Value& spec)
{
  if (!m_olm_did.empty() && m_told_available != available) tell_available();
  if (!good(m_hand.list(kube::k_pods, "tekton-operator")).items.empty()) return;
  const auto name = fmt::format("tekton-operator-{}", ++m_count);
  good(m_hand.create(kube::k_pods, "tekton-operator",
                     R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":")" + name +
                         R"(","labels":{"name":"tekton-operator"}},"spec":)" + json::dump(spec) + "}"));
  set_status(kube::k_pods, {"tekton-operator", name}, R"({"phase":"Running"})");
}

void FakeTarget::play_operator()
{
  if (m_operator_env.empty()) return;
  const auto sets = good(m_hand.list(kube::k_installer_sets, ""));
  if (sets.items.empty()) {
    drop_workload();
    make_sets(m_operator_env);
  }
  for (const auto& set : sets.items) {
    const auto hash = json::text(set, {"metadata", "annotations", tekton_operator::k_hash_annotation});
    if (writes_anew && !hash.empty() && hash != k_hash) write_anew(set);
  }
}

// As updateSet of tektoncd/operator: other manifests and the right hash in the set that is there.
void FakeTarget::write_anew(const json::Value& set)
{
  const std::string name(json::text(set, {"metadata", "name"}));
  const SetShape shape{.name = name, .deployments = deployments_of(name, m_operator_env), .hash = k_hash};
  auto wanted = document(set_json(shape));
  wanted["metadata"].RemoveMember("uid");
  good(m_hand.patch(kube::k_installer_sets, {"", name}, kube::PatchType::merge, json::dump(wanted)));
  if (shape.deployments.empty()) return;
  ++m_count;
  drop_workload();
  make_workload(name, uid_of(set), m_operator_env);
}

void FakeTarget::make_sets(const std::map<std::string, std::string>& values)
{
  ++m_count;
  const auto make = [&](const SetShape& shape) {
    auto set = document(R"({"apiVersion":"operator.tekton.dev/v1alpha1",)" + set_json(shape).substr(1));
    set["metadata"].RemoveMember("uid");
    return uid_of(good(m_hand.create(kube::k_installer_sets, "", json::dump(set))));
  };
  const std::string hash = hashes ? k_hash : "";
  make({.name = fmt::format("pipeline-main-static-{}", m_count), .hash = hash});
  const auto name = fmt::format("pipeline-main-deployment-{}", m_count);
  const auto uid = make({.name = name, .deployments = deployments_of(name, values), .hash = hash});
  make_workload(name, uid, values);
}

void FakeTarget::make_workload(const std::string& set_name, const std::string& set_uid,
                               const std::map<std::string, std::string>& values)
{
  const auto reference = values.at("IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER");
  const auto spec =
      fmt::format(R"({{"containers":[{}]}})",
                  container_json(k_controller, reference,
                                 {"-entrypoint-image", values.at("IMAGE_PIPELINES_ARG__ENTRYPOINT_IMAGE")}));
  const auto tmpl = fmt::format(
      R"("selector":{{"matchLabels":{{"app":"controller"}}}},"template":{{"metadata":{{"labels":{{"app":"controller"}}}},"spec":{}}})",
      spec);
  const auto deployment = good(m_hand.create(
      kube::k_deployments, "tekton-pipelines",
      fmt::format(
          R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"controller",{}}},"spec":{{"replicas":1,{}}}}})",
          owner_json("operator.tekton.dev/v1alpha1", "TektonInstallerSet", set_name, set_uid), tmpl)));
  const auto rs_name = fmt::format("controller-{}", m_count);
  const auto rs = good(m_hand.create(
      kube::k_replica_sets, "tekton-pipelines",
      fmt::format(
          R"({{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{{"name":"{}",{}}},"spec":{{"replicas":1,{}}}}})",
          rs_name, owner_json("apps/v1", "Deployment", "controller", uid_of(deployment)), tmpl)));
  const auto pod = fmt::format("controller-{}-x", m_count);
  good(m_hand.create(
      kube::k_pods, "tekton-pipelines",
      fmt::format(
          R"({{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{}","labels":{{"app":"controller"}},{}}},"spec":{}}})",
          pod, owner_json("apps/v1", "ReplicaSet", rs_name, uid_of(rs)), spec)));
  set_status(kube::k_pods, {"tekton-pipelines", pod}, pod_status(reference));
  const bool up = pods == Pods::good || pods == Pods::wrong_digest;
  set_status(
      kube::k_deployments, {"tekton-pipelines", "controller"},
      fmt::format(
          R"({{"observedGeneration":1,"replicas":1,"updatedReplicas":1,"readyReplicas":{0},"availableReplicas":{0}}})",
          up ? 1 : 0));
}

std::string FakeTarget::pod_status(const std::string& reference)
{
  const auto id = "registry.test:5000/controller@" + tekton_operator::pinned_digest(reference);
  // Only what is under test misbehaves; the old images are good.
  const auto mode = reference == image("controller", '0') ? Pods::good : pods.load();
  auto status =
      document(mode == Pods::good           ? running_json(k_controller, id)
               : mode == Pods::wrong_digest ? running_json(k_controller, "registry.test:5000/controller@" + digest('9'))
               : mode == Pods::crash        ? waiting_json(k_controller, "CrashLoopBackOff", "back-off", 2,
                                                           R"({"terminated":{"exitCode":7,"reason":"Error"}})")
                                            : waiting_json(k_controller, "ImagePullBackOff", "connection refused"));
  status.AddMember("image", json::string(reference, status.GetAllocator()), status.GetAllocator());
  return fmt::format(R"({{"phase":"{}","containerStatuses":[{}]}})",
                     mode == Pods::good || mode == Pods::wrong_digest ? "Running" : "Pending", json::dump(status));
}

void FakeTarget::drop_workload()
{
  for (const auto& resource : {kube::k_deployments, kube::k_replica_sets, kube::k_pods}) {
    for (const auto& item : good(m_hand.list(resource, "tekton-pipelines")).items) {
      (void)m_hand.remove(resource, {"tekton-pipelines", std::string(json::text(item, {"metadata", "name"}))});
    }
  }
}

void FakeTarget::set_status(const kube::Resource& resource, const kube::ObjectName& name, const std::string& status)
{
  // The client has no call for subresources, because no step needs one.
  const auto plural = fmt::format("{}/{}", resource.plural, name.name);
  const kube::Resource sub{resource.group, resource.version, plural, resource.kind};
  good(m_hand.patch(sub, {name.nspace, "status"}, kube::PatchType::merge, R"({"status":)" + status + "}"));
}

void write_run(const std::filesystem::path& folder, const std::string& run)
{
  const record::RunDir run_dir(folder);
  record::PlannedComponent component;
  component.name = "pipeline";
  component.repository = "https://git.test/pipeline";
  component.requested_ref = "main";
  component.ref = "refs/heads/main";
  component.kind = record::RefKind::branch;
  component.commit = std::string(40, 'a');
  component.created_by = "TektonPipeline";
  record::BuiltComponent built;
  built.component = component.name;
  built.commit = component.commit;
  const auto add = [&](const std::string& name, const std::string& key, char c) {
    component.images.push_back({name, {"./cmd/" + name}, "", {key}, true});
    built.images.push_back({name, "./cmd/" + name, {key}, true, digest(c), image(name, c), image(name, c), false});
  };
  add("controller", "IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER", 'c');
  add("entrypoint", "IMAGE_PIPELINES_ARG__ENTRYPOINT_IMAGE", 'e');
  record::Plan plan;
  plan.run = run;
  plan.created = "2026-01-01T00:00:00Z";
  plan.components = {component};
  plan.suite.name = "smoke";
  for (const auto& status : {run_dir.store(plan), run_dir.store(built, record::BuiltComponent::file("pipeline"))}) {
    if (!status) throw std::runtime_error(status.error().text());
  }
}

void patch_target(FakeTarget& target, const std::filesystem::path& folder)
{
  constexpr const char* k_controller_key = "IMAGE_PIPELINES_TEKTON_PIPELINES_CONTROLLER";
  constexpr const char* k_entrypoint_key = "IMAGE_PIPELINES_ARG__ENTRYPOINT_IMAGE";
  target.set_env(k_controller_key, image("controller", 'c'));
  target.set_env(k_entrypoint_key, image("entrypoint", 'e'));
  const auto followed = target.eventually([&] {
    const auto deployment = target.client().get(kube::k_deployments, {"tekton-operator", "tekton-operator"});
    return deployment && json::dump(*deployment).find(image("entrypoint", 'e')) != std::string::npos;
  });
  if (!followed) throw std::runtime_error("the operator does not follow its CSV");
  record::Deploy deploy;
  deploy.run = good(record::RunDir(folder).load<record::Plan>()).run;
  deploy.server = target.client().server();
  deploy.site = {"tekton-operator", "tekton-operator.v0.75.0", "u", "tekton-operator", "tekton-operator-lifecycle"};
  deploy.changes = {{k_controller_key, image("controller", '0'), image("controller", 'c')}};
  deploy.expected = {{"pipeline", "controller", k_controller_key, image("controller", 'c'), digest('c')},
                     {"pipeline", "entrypoint", k_entrypoint_key, image("entrypoint", 'e'), digest('e')}};
  if (const auto status = record::RunDir(folder).store(deploy); !status)
    throw std::runtime_error(status.error().text());
}

} // namespace streamgate::test
