// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

// What in a word was made up at run time: addresses, digests, ids, the random ends of Kubernetes' names.
namespace streamgate::analysis {

// Gives each value a placeholder, and the same value the same one.
class Values {
public:
  // Return "UNIQ<n>", where n counts the values from 1 by their first occurrence.
  std::string placeholder(std::string_view value);

private:
  std::unordered_map<std::string, std::string> m_placeholders;
};

// Return `word` with TIME for a time, and placeholders for what is made up in it; the rest stays. "web-7d9f6c5b4-x2x9z"
// gives "web-UNIQ1", "init_test.go:12" gives "init_test.go", "10.0.0.1:443/api" gives "UNIQ1/api".
std::string mask_word(std::string_view word, Values& values);

// Return true when the name of an object of `kind` ("TaskRun", "pods", "pipelineruns.tekton.dev") says nothing, for a
// test makes it up: runs, pods, namespaces. What these are made of, like Tasks or Secrets, has a name that says
// something.
bool is_instance_kind(std::string_view kind);

// Return true for the name of a part of the cluster itself, which does say something: "tekton-pipelines-webhook".
bool is_system_name(std::string_view name);

} // namespace streamgate::analysis
