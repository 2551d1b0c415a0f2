// SPDX-License-Identifier: Apache-2.0
#include "facts/operator_facts.hpp"

#include "base/redact.hpp"
#include "facts/secrets.hpp"
#include "facts/views.hpp"
#include "operator/site.hpp"
#include "record/artifacts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace streamgate::facts {
namespace {

constexpr const char* k_group = "operator.tekton.dev";
constexpr const char* k_version = "v1alpha1";
constexpr std::size_t k_most_kinds = 40;
constexpr std::size_t k_most_objects = 20;
constexpr std::size_t k_most_sets = 200;

std::string file_of(const char* name)
{
  return fmt::format("{}/{}", record::k_operator_artifacts, name);
}

template <class Each>
void for_items(const json::Value& value, json::Path path, Each each)
{
  const auto* array = json::find(value, path);
  if (array == nullptr || !array->IsArray()) return;
  for (const auto& item : array->GetArray()) each(item);
}

// A CSV, without what OLM alone needs of it.
struct CsvState {
  struct Container {
    std::string name, image;
    std::map<std::string, std::string> env;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
      visit("name", self.name);
      visit("image", self.image);
      visit("env", self.env);
    }
  };
  struct Deployment {
    std::string name;
    std::vector<Container> containers;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit)
    {
      visit("name", self.name);
      visit("containers", self.containers);
    }
  };
  std::string name, nspace, version, phase, reason, message;
  std::vector<std::string> requirements; // that are not met
  std::vector<Deployment> deployments;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit)
  {
    visit("name", self.name);
    visit("namespace", self.nspace);
    visit("version", self.version);
    visit("phase", self.phase);
    visit("reason", self.reason);
    visit("message", self.message);
    visit("requirements", self.requirements);
    visit("deployments", self.deployments);
  }
};

CsvState::Container container_of(const json::Value& container)
{
  CsvState::Container out{text_of(container, {"name"}), text_of(container, {"image"}), {}};
  for_items(container, {"env"}, [&](const json::Value& entry) {
    const auto name = text_of(entry, {"name"});
    out.env[name] = names_secret(name) ? "[redacted]" : scrub(text_of(entry, {"value"}, k_longest_message));
  });
  return out;
}

CsvState csv_state(const json::Value& csv)
{
  CsvState out;
  out.name = text_of(csv, {"metadata", "name"});
  out.nspace = text_of(csv, {"metadata", "namespace"});
  out.version = text_of(csv, {"spec", "version"});
  out.phase = text_of(csv, {"status", "phase"});
  out.reason = text_of(csv, {"status", "reason"});
  out.message = text_of(csv, {"status", "message"}, k_longest_message);
  for_items(csv, {"status", "requirementStatus"}, [&](const json::Value& one) {
    const auto status = text_of(one, {"status"});
    if (status == "Present" || status == "Created" || status == "Satisfied") return;
    out.requirements.push_back(fmt::format("{} {}: {} {}", text_of(one, {"kind"}), text_of(one, {"name"}), status,
                                           text_of(one, {"message"}, k_longest_message)));
  });
  for_items(csv, {"spec", "install", "spec", "deployments"}, [&](const json::Value& deployment) {
    auto& into = out.deployments.emplace_back();
    into.name = text_of(deployment, {"name"});
    for_items(deployment, {"spec", "template", "spec", "containers"},
              [&](const json::Value& container) { into.containers.push_back(container_of(container)); });
  });
  return out;
}

class Asker {
public:
  Asker(Inquiry& inquiry, Artifacts& artifacts, Problems& problems)
      : m_inquiry(inquiry), m_artifacts(artifacts), m_problems(problems)
  {
  }

  OperatorFacts ask(const record::RunDir& run)
  {
    ask_components();
    ask_sets();
    ask_csv(run);
    return std::move(m_out);
  }

private:
  // Every kind of the operator's group but the InstallerSets: new releases bring new ones.
  void ask_components()
  {
    const auto kinds = m_inquiry.get_path(fmt::format("/apis/{}/{}", k_group, k_version));
    if (!kinds)
      return m_problems.add("the target's Tekton operator is not known: it has no kinds of " + std::string(k_group));
    std::size_t count = 0;
    for_items(*kinds, {"resources"}, [&](const json::Value& kind) {
      const auto plural = text_of(kind, {"name"});
      const auto name = text_of(kind, {"kind"});
      if (plural.empty() || name.empty() || plural.find('/') != std::string::npos ||
          name == kube::k_installer_sets.kind || ++count > k_most_kinds) {
        return;
      }
      ask_component({k_group, k_version, plural, name, false});
    });
    m_artifacts.array(file_of("components.json"), m_objects);
  }

  void ask_component(const kube::Resource& resource)
  {
    std::size_t seen = 0;
    const bool known =
        m_inquiry.list(resource, "", {.page = k_most_objects}, k_most_objects, [&](const json::Value& object) {
          ++seen;
          const auto state = readiness(object);
          m_out.components.push_back({std::string(resource.kind), true, state.ready,
                                      text_of(object, {"status", "version"}), scrub(state.message)});
          if (resource.kind == kube::k_tekton_configs.kind) {
            m_out.target_namespace = text_of(object, {"spec", "targetNamespace"});
            m_artifacts.json(file_of("tektonconfig.json"), safe_json(object));
          } else {
            m_objects.push_back(safe_json(object));
          }
        });
    if (known && seen == 0) m_out.components.push_back({std::string(resource.kind), false, false, "", ""});
  }

  void ask_sets()
  {
    std::vector<std::string> sets;
    m_inquiry.list(kube::k_installer_sets, "", {.page = 5}, k_most_sets, [&](const json::Value& set) {
      sets.push_back(redact::clean(to_pretty_json(object_state(set, kube::k_installer_sets.kind))));
    });
    m_artifacts.array(file_of("installersets.json"), sets);
  }

  std::optional<record::OperatorSite> site(const record::RunDir& run)
  {
    if (run.has(record::Deploy::k_file)) {
      if (auto deploy = run.load<record::Deploy>()) return deploy->site;
    }
    if (m_inquiry.down()) return std::nullopt;
    auto found = tekton_operator::find_site(m_inquiry.client(), {});
    if (found) return std::move(*found);
    m_inquiry.failed(found.error());
    return std::nullopt;
  }

  void ask_csv(const record::RunDir& run)
  {
    const auto site = this->site(run);
    if (!site) return;
    m_out.nspace = site->nspace;
    m_out.deployments = {site->deployment};
    const auto csv = m_inquiry.get(kube::k_csvs, {site->nspace, site->csv});
    if (!csv) return m_problems.add(fmt::format("the operator's CSV {}/{} is not known", site->nspace, site->csv));
    const auto state = csv_state(*csv);
    m_out.deployments.clear();
    for (const auto& deployment : state.deployments) m_out.deployments.push_back(deployment.name);
    m_artifacts.json(file_of("csv.json"), redact::clean(to_pretty_json(state)));
  }

  Inquiry& m_inquiry;
  Artifacts& m_artifacts;
  Problems& m_problems;
  OperatorFacts m_out;
  std::vector<std::string> m_objects;
};

} // namespace

OperatorFacts operator_facts(Inquiry& inquiry, const record::RunDir& run, Artifacts& artifacts, Problems& problems)
{
  return Asker(inquiry, artifacts, problems).ask(run);
}

} // namespace streamgate::facts
