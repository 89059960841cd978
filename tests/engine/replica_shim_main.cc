// The replica shim as a program of its own, for tests of the process engine without slipwayd.
#include "engine/process/replica_shim.h"

int main() { return slipway::engine::run_replica_shim(); }
