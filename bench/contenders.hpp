// The contenders: ways to make many calls.
#pragma once

#include <string>

namespace bench {

struct workload {
  /// Of the server, without a path.
  std::string url;
  int calls = 0;
  int in_flight = 0;
};

// Each makes all calls, that many at the same time, and throws if one fails.
void run_bare_curl(const workload& work);
void run_transport(const workload& work);
void run_client(const workload& work);
// With a limiter that never makes a call wait.
void run_limited_client(const workload& work);
void run_blocking_client(const workload& work);

// What every contender sends.
inline constexpr const char* path = "/method/users.get";
inline constexpr const char* token = "vk1.a.0123456789abcdefghijklmnopqrstuvwxyz";
inline constexpr const char* body = "user_ids=1&v=5.199";

}  // namespace bench
