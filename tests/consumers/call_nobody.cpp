// A foreign program with the client alone: nobody listens, and the error says so.
#include <cstdio>

#include <vkxx/blocking_client.hpp>
#ifndef WITHOUT_TYPES
#include <vkxx/api/storage.hpp>
#endif

int main() {
  vkxx::config settings;
  settings.emulator("http://127.0.0.1:1");
  vkxx::blocking_client vk{settings};
  const auto answer = vk.try_call(vkxx::request{"utils.getServerTime"});
  if (answer || answer.error().code() != vkxx::errc::connection_refused) {
    std::fputs("expected a refused connection\n", stderr);
    return 1;
  }
  std::puts(answer.error().to_string().c_str());
#ifndef WITHOUT_TYPES
  const auto typed = vk.try_call(vkxx::api::storage::getKeys{});
  if (typed || typed.error().code() != vkxx::errc::connection_refused) {
    std::fputs("expected a refused connection of the typed call\n", stderr);
    return 1;
  }
#endif
  return 0;
}
