// SPDX-License-Identifier: Apache-2.0
#include "operator/site.hpp"
#include "proof.hpp"

#include <algorithm>
#include <cctype>

namespace streamgate::wait_reconcile {

namespace {

// The operator's own rule: upper case, and "_" for "-".
std::string key_form(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return out;
}

// "IMAGE_PIPELINES_WEBHOOK" -> "WEBHOOK"
std::string_view without_family(std::string_view key)
{
  const auto prefix = tekton_operator::k_image_prefix;
  if (!key.starts_with(prefix)) return {};
  const auto end = key.find('_', prefix.size());
  return end == std::string_view::npos ? std::string_view() : key.substr(end + 1);
}

} // namespace

bool key_names_container(const std::string& key, const std::string& container)
{
  return !container.empty() && without_family(key) == key_form(container);
}

bool key_names_argument(const std::string& key, const std::string& flag)
{
  return flag.starts_with('-') && without_family(key) == "ARG_" + key_form(flag);
}

} // namespace streamgate::wait_reconcile
