// A foreign program with a shared limit: there is no Redis, so it keeps to its own share.
#include <cstdio>

#include <vkxx/blocking_client.hpp>
#include <vkxx/redis.hpp>

int main() {
  vkxx::config settings;
  settings.emulator("http://127.0.0.1:1").access_token("token");
  const auto others = vkxx::redis::make_shared_limit(vkxx::redis::options{"redis://127.0.0.1:1"});
  settings.limits(vkxx::limits{}.share(others).processes(2));
  vkxx::blocking_client vk{settings};
  const auto answer = vk.try_call(vkxx::request{"utils.getServerTime"});
  if (answer || answer.error().code() != vkxx::errc::connection_refused) {
    std::fputs("expected a refused connection\n", stderr);
    return 1;
  }
  return 0;
}
