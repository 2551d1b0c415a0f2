// SPDX-License-Identifier: Apache-2.0
#include "base/step.hpp"
#include "notify/notify.hpp"

int main(int argc, char** argv)
{
  return streamgate::run_step<streamgate::notify::Options>(argc, argv, streamgate::notify::run);
}
