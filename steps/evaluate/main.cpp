// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluate.hpp"

int main(int argc, char** argv)
{
  return streamgate::run_step<streamgate::evaluate::Options>(argc, argv, streamgate::evaluate::run);
}
