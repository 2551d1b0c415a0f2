// SPDX-License-Identifier: Apache-2.0
#include "base/step.hpp"
#include "publish/publish.hpp"

int main(int argc, char** argv)
{
  return streamgate::run_step<streamgate::publish::Options>(argc, argv, streamgate::publish::run);
}
