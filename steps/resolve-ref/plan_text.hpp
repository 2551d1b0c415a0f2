// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record/plan.hpp"

#include <string>

namespace streamgate::resolve_ref {

// Return the plan for people: aligned tables of components, images, the suite and what will be changed.
std::string to_text(const record::Plan& plan);

} // namespace streamgate::resolve_ref
