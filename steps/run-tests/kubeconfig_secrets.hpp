// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace streamgate::run_tests {

// Remember what a kubeconfig (YAML in any style, or JSON) holds of secrets, so that it does not come out again by a
// test's output: tokens, passwords, keys and certificates, and what users' plugins are given. What is no YAML is
// searched line by line.
void remember_kubeconfig_secrets(std::string_view text);

} // namespace streamgate::run_tests
