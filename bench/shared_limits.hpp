// Several processes on one token, their limit shared through Redis.
#pragma once

#include <chrono>

namespace vkxx::bench {

struct shared_outcome {
  double calls_a_second = 0;
  int refused = 0;
};

// Starts a Redis and so many processes, each this program again; ends them all.
shared_outcome measure_shared(int processes, std::chrono::milliseconds round_trip,
                              std::chrono::seconds time);

// What such a process does: calls until it is killed. The arguments of the program.
int run_shared_process(int argc, char** argv);

}  // namespace vkxx::bench
