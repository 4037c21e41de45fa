// A bot that may be killed or stopped, one of several on an inbox in Redis: it counts the messages
// of each conversation and answers each. To `remind` it answers once more, 3 s later, by a timer;
// `never` is a dead letter, as long as there is no file `mercy` in the folder.
//
//   vkxx_shared_bot REDIS EMULATOR TOKEN COMMUNITY FOLDER
//
// `runs` in the folder gets a line for each run of the handler, `timers` the lane of each timer. At
// SIGTERM it stops, and ends with 0 if it gave everything back.
#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <vkxx/core/exception.hpp>
#include <vkxx/dispatch.hpp>
#include <vkxx/redis.hpp>
#include <vkxx/updates.hpp>

namespace {

namespace asio = boost::asio;

std::string folder;

// One write: what was written stays when the process is killed.
void append(const std::string& file, const std::string& line) {
  const int descriptor = ::open((folder + "/" + file).c_str(), O_WRONLY | O_APPEND | O_CREAT, 0600);
  const auto text = line + "\n";
  if (::write(descriptor, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    std::abort();
  }
  ::close(descriptor);
}

asio::awaitable<void> send(const vkxx::update_context& context, const std::string& text) {
  auto answer = vkxx::request{"messages.send"}
                    .set("peer_id", context.lane().substr(context.lane().rfind('/') + 1))
                    .set("message", text);
  auto sending = context.vk().call(std::move(answer));
  co_await std::move(sending);
}

bool says(const vkxx::update_context& context, const std::string& text) {
  return context.update().raw().find("\"text\":\"" + text + "\"") != std::string_view::npos;
}

asio::awaitable<void> handle(vkxx::update_context context) {
  if (context.update().type() == "vkxx:timer") {
    append("timers", context.lane());
    co_await send(context, "reminded");
    co_return;
  }
  if (context.update().type() != "message_new") co_return;
  if (says(context, "never") && !std::filesystem::exists(folder + "/mercy")) {
    vkxx::throw_error(
        vkxx::error{vkxx::errc::invalid_argument, vkxx::request_effect::not_sent, "never mind"});
  }
  if (says(context, "remind")) {
    context.schedule("remind", context.now() + std::chrono::seconds{3}, "");
  }
  append("runs", context.event_key());
  const auto key = "count/" + context.lane();
  auto reading = context.read(key);
  const auto before = (co_await std::move(reading)).value().value_or("0");
  const auto count = std::to_string(std::stoi(before) + 1);
  co_await send(context, "number " + count);
  context.write(key, count);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  folder = argv[5];
  const auto options =
      vkxx::redis::shared_state_options{}.parts(16).lease_time(std::chrono::seconds{1});
  auto store = vkxx::redis::shared_state::open(vkxx::redis::options{argv[1]}, options);
  if (!store) return 3;
  asio::io_context io;
  const vkxx::client vk{
      io.get_executor(),
      vkxx::config{}.emulator(argv[2]).access_token(argv[3]).limits(vkxx::limits{}.off())};
  vkxx::dispatcher dispatcher{io.get_executor(), *store,
                              vkxx::dispatcher_options{}.client(vk).max_interruptions(1000)};
  const vkxx::group_id community{std::atoi(argv[4])};
  dispatcher.add("bots_long_poll:" + std::string{argv[4]}, [&](const vkxx::update_cursor& cursor) {
    return std::make_shared<vkxx::bots_long_poll>(vk, community,
                                                  vkxx::long_poll_options{}.cursor(cursor));
  });
  dispatcher.on_update(handle);
  int status = 1;
  asio::signal_set signals{io, SIGTERM};
  signals.async_wait([&](boost::system::error_code failure, int) {
    if (!failure) dispatcher.stop();
  });
  asio::co_spawn(io, dispatcher.run(), [&](const std::exception_ptr&, const auto& report) {
    status = report ? 0 : 4;
    signals.cancel();
  });
  io.run();
  return status;
}
