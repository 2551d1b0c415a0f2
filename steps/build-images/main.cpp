// SPDX-License-Identifier: Apache-2.0
#include "build_images.hpp"

int main(int argc, char** argv)
{
  return streamgate::run_step<streamgate::build_images::Options>(argc, argv, streamgate::build_images::run);
}
