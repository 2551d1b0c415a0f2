// SPDX-License-Identifier: Apache-2.0
#include "categorize/categorize.hpp"

int main(int argc, char** argv)
{
  return streamgate::run_step<streamgate::categorize::Options>(argc, argv, streamgate::categorize::run);
}
