// SPDX-License-Identifier: Apache-2.0
#include "run_tests.hpp"

int main(int argc, char** argv)
{
  return streamgate::run_step<streamgate::run_tests::Options>(argc, argv, streamgate::run_tests::run);
}
