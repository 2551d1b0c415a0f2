// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts/artifacts.hpp"
#include "facts/inquiry.hpp"
#include "record/facts.hpp"

#include <string>
#include <vector>

namespace streamgate::facts {

// What the operator says of itself and of the components that it installs.
struct OperatorFacts {
  std::vector<record::FactComponent> components;
  std::string target_namespace;         // of the components; "" when there is no TektonConfig to say it
  std::string nspace;                   // the operator's own; "" when its CSV is not found
  std::vector<std::string> deployments; // names of the CSV's Deployments
};

// Ask the target for the operator's objects and write tektonconfig.json, components.json, installersets.json (status
// alone: their manifests are large) and csv.json into artifacts/operator. The CSV is the one of the run's deploy.json,
// where there is one.
OperatorFacts operator_facts(Inquiry& inquiry, const record::RunDir& run, Artifacts& artifacts, Problems& problems);

} // namespace streamgate::facts
