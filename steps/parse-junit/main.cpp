// SPDX-License-Identifier: Apache-2.0
#include "parse-junit/parse_junit.hpp"

int main(int argc, char** argv)
{
  return streamgate::run_step<streamgate::parse_junit::Options>(argc, argv, streamgate::parse_junit::run);
}
