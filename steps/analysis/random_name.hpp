// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// Letters that a program drew, told from a word that a person wrote.
namespace streamgate::analysis {

// Return true for letters that Kubernetes may have drawn (apimachinery, util/rand): they have no vowels, so that no
// words come out.
bool is_kubernetes_random(std::string_view text);

// Return true for what ends a generated name: five such letters ("x7b2k"), or eight from a to z that are hardly a word,
// as Knative's test helpers draw them ("wqvrfiet"). Of those, one in fourteen is taken for a word.
bool is_random_suffix(std::string_view text);

} // namespace streamgate::analysis
