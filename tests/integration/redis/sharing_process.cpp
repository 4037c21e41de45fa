// Makes calls on a token until it is killed, and shares the token's limit through Redis.
//   vkxx_sharing_process EMULATOR TOKEN REDIS
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <vkxx/client.hpp>
#include <vkxx/redis.hpp>

namespace {

boost::asio::awaitable<void> call_on_and_on(const vkxx::client& vk) {
  for (;;) {
    auto work = vk.try_call(vkxx::request{"groups.getById"}.set("group_id", 1));
    static_cast<void>(co_await std::move(work));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  vkxx::config settings;
  settings.emulator(argv[1]).access_token(argv[2]).token_kind(vkxx::token_kind::community);
  settings.limits(vkxx::limits{}.share(
      vkxx::redis::make_shared_limit(vkxx::redis::options{vkxx::secret{argv[3]}})));
  boost::asio::io_context io{1};
  const vkxx::client vk{io.get_executor(), settings};
  for (int i = 0; i < 30; ++i) {
    boost::asio::co_spawn(io, call_on_and_on(vk), boost::asio::detached);
  }
  io.run();
}
