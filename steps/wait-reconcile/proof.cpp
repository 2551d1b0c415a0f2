// SPDX-License-Identifier: Apache-2.0
#include "proof.hpp"

#include "operator/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace streamgate::wait_reconcile {

namespace {

using record::ProofRow;
using tekton_operator::ContainerView;
using tekton_operator::ImageId;
using tekton_operator::pinned_digest;
using tekton_operator::PodView;
using tekton_operator::WorkloadView;
using tekton_operator::World;

// An image with all the keys that were set for it.
struct Image {
  std::string component, name, digest;
  std::vector<std::string> keys;
};

std::vector<Image> group(const std::vector<record::ExpectedImage>& expected)
{
  std::vector<Image> out;
  for (const auto& one : expected) {
    const auto found = std::find_if(out.begin(), out.end(), [&](const Image& image) {
      return image.component == one.component && image.name == one.image && image.digest == one.digest;
    });
    if (found != out.end()) found->keys.push_back(one.key);
    else out.push_back({one.component, one.image, one.digest, {one.key}});
  }
  return out;
}

// A flag and its value, or a variable and its value, of a container.
struct Setting {
  std::string what; // "argument -nop-image", "variable X"
  std::string flag; // "" for a variable
  std::string value;
};

std::vector<Setting> settings_of(const ContainerView& container)
{
  std::vector<Setting> out;
  for (std::size_t i = 0; i < container.arguments.size(); ++i) {
    const auto& argument = container.arguments[i];
    const auto equals = argument.find('=');
    if (argument.starts_with('-') && equals != std::string::npos) {
      const auto flag = argument.substr(0, equals);
      out.push_back({"argument " + flag, flag, argument.substr(equals + 1)});
    } else if (!argument.starts_with('-')) {
      const auto flag =
          i > 0 && container.arguments[i - 1].starts_with('-') ? container.arguments[i - 1] : std::string();
      out.push_back({flag.empty() ? "an argument" : "argument " + flag, flag, argument});
    }
  }
  for (const auto& [name, value] : container.env) out.push_back({"variable " + name, {}, value});
  return out;
}

bool pins(const std::string& text, const std::string& digest)
{
  return text.find("@" + digest) != std::string::npos;
}

class Prover {
public:
  Prover(const World& world, const Owners& owners) : m_world(world), m_owners(owners) {}

  Look run(const std::vector<record::ExpectedImage>& expected)
  {
    const auto images = group(expected);
    std::vector<const Image*> unused;
    for (const auto& image : images) {
      if (!look_in_containers(image)) unused.push_back(&image);
    }
    // After the containers: an argument counts only in a container that is proven.
    for (const auto* image : unused) look_in_arguments(*image);
    auto& proof = m_look.proof;
    m_look.proven = static_cast<int>(
        std::count_if(proof.rows.begin(), proof.rows.end(), [](const auto& row) { return row.proven; }));
    proof.proven = !proof.rows.empty() && m_look.proven == std::ssize(proof.rows);
    return std::move(m_look);
  }

private:
  using EachPod = std::function<void(const WorkloadView&, const ContainerView&, const PodView*)>;

  // Call `each` for every container of the component's workloads and each of its present pods; with no pod when there
  // is none.
  void for_containers(const std::string& component, const EachPod& each) const
  {
    const auto owner = m_owners.find(component);
    if (owner == m_owners.end()) return;
    for (const auto* workload : tekton_operator::workloads_of(m_world, owner->second)) {
      const auto pods = tekton_operator::pods_of(m_world, *workload);
      for (const auto& container : workload->containers) {
        if (pods.current.empty()) each(*workload, container, nullptr);
        for (const auto* pod : pods.current) each(*workload, container, pod);
      }
    }
  }

  ProofRow row_of(const Image& image, const WorkloadView& workload, const ContainerView& container,
                  const PodView* pod) const
  {
    return {image.component,
            image.name,
            workload.id.text(),
            pod != nullptr ? pod->name : "",
            container.name,
            "",
            image.digest,
            false,
            ""};
  }

  void add(ProofRow row) { m_look.proof.rows.push_back(std::move(row)); }
  void add_pending(ProofRow row)
  {
    ++m_look.pending;
    add(std::move(row));
  }

  bool look_in_containers(const Image& image)
  {
    bool used = false;
    for_containers(
        image.component, [&](const WorkloadView& workload, const ContainerView& container, const PodView* pod) {
          const bool named = std::any_of(image.keys.begin(), image.keys.end(),
                                         [&](const auto& key) { return key_names_container(key, container.name); });
          if (!named && pinned_digest(container.image) != image.digest) return;
          used = true;
          judge(row_of(image, workload, container, pod), container, pod);
        });
    return used;
  }

  void judge(ProofRow row, const ContainerView& wanted, const PodView* pod)
  {
    if (pinned_digest(wanted.image) != row.expected) {
      row.note = fmt::format("{} asks for {}", row.workload, wanted.image);
      return add(std::move(row));
    }
    const auto* status = pod != nullptr ? pod->status(wanted.name) : nullptr;
    const auto* spec = pod != nullptr ? pod->container(wanted.name) : nullptr;
    if (spec != nullptr && pinned_digest(spec->image) != row.expected) {
      row.note = fmt::format("the pod's spec asks for {}", spec->image);
      return add(std::move(row));
    }
    if (spec == nullptr || status == nullptr || status->image_id.empty() ||
        (!status->running && !ended_well(*status))) {
      row.note = pod == nullptr ? "no pod yet" : "does not run yet";
      return add_pending(std::move(row));
    }
    judge_id(row, *status);
    add(std::move(row));
  }

  // An init container that has done its work.
  static bool ended_well(const tekton_operator::ContainerStatus& status)
  {
    return status.waiting.empty() && status.ended && status.ended->exit_code == 0;
  }

  static void judge_id(ProofRow& row, const tekton_operator::ContainerStatus& status)
  {
    const auto id = tekton_operator::parse_image_id(status.image_id);
    row.running = id.digest;
    if (id.digest == row.expected) {
      row.proven = true;
    } else if (id.kind == ImageId::Kind::runtime) {
      row.note = "the runtime tells only its own image id, which proves nothing";
    } else {
      row.note = id.kind == ImageId::Kind::none
                     ? "imageID '" + status.image_id + "' is of no known form"
                     : "another digest runs than was built (if the built one is an index: build one platform)";
    }
  }

  void look_in_arguments(const Image& image)
  {
    bool found = false;
    bool waiting = false;
    for_containers(image.component,
                   [&](const WorkloadView& workload, const ContainerView& container, const PodView* pod) {
                     if (pod == nullptr) {
                       waiting = true;
                       return;
                     }
                     // Arguments of a pod never change, so the pod's own are those that it runs with.
                     const auto* spec = pod->container(container.name);
                     if (spec == nullptr) return;
                     for (const auto& setting : settings_of(*spec))
                       found |= judge_setting(image, workload, *spec, *pod, setting);
                   });
    if (found) return;
    ProofRow row{image.component,
                 image.name,
                 "",
                 "",
                 "",
                 "",
                 image.digest,
                 false,
                 "no container runs it, and no argument names it"};
    if (waiting || !has_workloads(image.component)) add_pending(std::move(row));
    else add(std::move(row));
  }

  bool has_workloads(const std::string& component) const
  {
    bool any = false;
    for_containers(component, [&](const auto&, const auto&, const auto*) { any = true; });
    return any;
  }

  bool judge_setting(const Image& image, const WorkloadView& workload, const ContainerView& container,
                     const PodView& pod, const Setting& setting)
  {
    const bool named = std::any_of(image.keys.begin(), image.keys.end(),
                                   [&](const auto& key) { return key_names_argument(key, setting.flag); });
    const bool pinned = pins(setting.value, image.digest);
    if (!named && !pinned) return false;
    auto row = row_of(image, workload, container, &pod);
    if (!pinned) {
      row.note = fmt::format("{} is {}", setting.what, setting.value);
      add(std::move(row));
      return true;
    }
    row.running = image.digest;
    row.note = fmt::format("{} of {}", setting.what, container.name);
    const auto* status = pod.status(container.name);
    if (status == nullptr || !status->running) {
      row.note += ", which does not run yet";
      add_pending(std::move(row));
    } else {
      row.proven = carrier_is_good(pod.name, container.name);
      if (!row.proven) row.note += ", which is not proven itself";
      add(std::move(row));
    }
    return true;
  }

  // A container of which nothing was built has no row, and is as good as its pod is current.
  bool carrier_is_good(const std::string& pod, const std::string& container) const
  {
    const auto& rows = m_look.proof.rows;
    return std::none_of(rows.begin(), rows.end(), [&](const ProofRow& row) {
      return row.pod == pod && row.container == container && !row.proven;
    });
  }

  const World& m_world;
  const Owners& m_owners;
  Look m_look;
};

} // namespace

Look look(const World& world, const Owners& owners, const std::vector<record::ExpectedImage>& expected)
{
  return Prover(world, owners).run(expected);
}

} // namespace streamgate::wait_reconcile
