// SPDX-License-Identifier: Apache-2.0
#include "wait_reconcile.hpp"

int main(int argc, char** argv)
{
  return streamgate::run_step<streamgate::wait_reconcile::Options>(argc, argv, streamgate::wait_reconcile::run);
}
