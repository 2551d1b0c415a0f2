// SPDX-License-Identifier: Apache-2.0
#include "patch_csv.hpp"

int main(int argc, char** argv)
{
  return streamgate::run_step<streamgate::patch_csv::Options>(argc, argv, streamgate::patch_csv::run);
}
