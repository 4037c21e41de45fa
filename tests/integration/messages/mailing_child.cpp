// A mailing that is killed.
//
//   mailing_child URL TOKEN FILE COMMIT PLACE MESSAGE
//
// Runs the mailing "news" that the test began, and kills itself at its n-th commit (0: never),
// `before` or `after` it. The message is `short`, or `long`: of three parts. Ends with 0 when it
// is finished.
#include <signal.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <vkxx/messages/mailing.hpp>
#include <vkxx/state/sqlite_state.hpp>
#include "integration/messages/failing_state.hpp"

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  using vkxx::test::failing_state;
  const auto store =
      std::make_shared<failing_state>(vkxx::sqlite_state::open(std::string{argv[3]}).value());
  const auto place = std::string_view{argv[5]} == "before" ? failing_state::failure::before
                                                           : failing_state::failure::after;
  store->fail_at(std::atoi(argv[4]), place, [] { ::kill(::getpid(), SIGKILL); });

  boost::asio::io_context io;
  vkxx::config settings;
  settings.emulator(argv[1]).access_token(argv[2]);
  const vkxx::client vk{io.get_executor(), settings};
  vkxx::mailing_options options;
  options.peers_per_call(3);
  const auto text = std::string_view{argv[6]} == "long"
                        ? std::string(4096, 'a') + std::string(4096, 'b') + "c"
                        : std::string{"News"};
  const vkxx::mailing news{vk, store, "news", vkxx::outgoing{text}, options};
  auto outcome = boost::asio::co_spawn(io, news.run(), boost::asio::use_future);
  io.run();
  const auto report = outcome.get();
  return report && report->status == vkxx::mailing_status::finished ? 0 : 1;
}
