// SPDX-License-Identifier: Apache-2.0
#include "base/step.hpp"
#include "resolve-ref/resolve_ref.hpp"

int main(int argc, char** argv)
{
  return streamgate::run_step<streamgate::resolve_ref::Options>(argc, argv, streamgate::resolve_ref::run);
}
