// Messages: a keyboard, formatting, a photo; somebody who cannot be written to; one message to
// many.
//
//   VK_ACCESS_TOKEN=… messages [EMULATOR-ADDRESS]
#include <boost/asio.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <vkxx/client.hpp>
#include <vkxx/messages.hpp>
#include <vkxx/state/memory_state.hpp>

namespace asio = boost::asio;

namespace {

// The header of a picture: enough for an emulator.
std::string sample_picture() {
  using namespace std::string_literals;
  return "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x80\0\0\1\xe0\b\6\0\0\0\0\0\0\0"s;
}

asio::awaitable<void> offer_tea(vkxx::message_sender messages, vkxx::peer_id peer) {
  const auto shop = vkxx::keyboard::under_message()
                        .callback("Tea", vkxx::payload{"buy"}.set("item", "tea"))
                        .callback("Coffee", vkxx::payload{"buy"}.set("item", "coffee"))
                        .row()
                        .link("Our site", "https://example.org");
  auto offer = vkxx::outgoing{vkxx::rich_text{"What will it "}.bold("be").plain("?")};
  offer.keyboard(shop).photo(vkxx::memory_source{"tea.png", sample_picture()});
  const auto sent = co_await messages.send(peer, offer);
  std::cout << "message " << sent.back().cmid << '\n';

  co_await messages.edit(sent.back(), vkxx::outgoing{"Sold out."});
}

asio::awaitable<void> greet(vkxx::message_sender messages, vkxx::peer_id peer) {
  const auto sent = co_await messages.try_send(peer, vkxx::outgoing{"Hello"});
  if (sent) co_return;
  if (const auto reason = vkxx::cannot_write_reason(sent.error())) {
    std::cout << peer << ": " << to_string(*reason) << '\n';
  } else {
    std::cout << sent.error() << '\n';
  }
}

asio::awaitable<void> tell_all(vkxx::client vk, std::shared_ptr<vkxx::state_store> store,
                               std::vector<vkxx::peer_id> readers) {
  const vkxx::mailing news{vk, store, "news of May", vkxx::outgoing{"Tea is here again."}};
  const auto begun = co_await news.begin(readers);
  begun.value();
  // After a restart the same two lines go on where it was.
  const auto report = (co_await news.run()).value();
  std::cout << report.sent << " of " << report.peers << " sent, " << report.refused << " refused\n";
}

asio::awaitable<void> run(vkxx::client vk) {
  const vkxx::message_sender messages{vk};
  co_await offer_tea(messages, vkxx::peer_id{2});
  co_await greet(messages, vkxx::peer_id{14});
  const auto store = std::make_shared<vkxx::memory_state>();
  std::vector<vkxx::peer_id> readers;
  for (const int number : {2, 3, 14}) readers.emplace_back(number);
  co_await tell_all(vk, store, readers);

  const auto problems = vkxx::keyboard::under_message().link("Site", "example.org").problems();
  std::cout << problems.front() << '\n';
}

}  // namespace

int main(int argc, char** argv) try {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN"));
  // The token of an administrator acts as the community.
  settings.common("group_id", 1);
  if (argc > 1) settings.emulator(argv[1]);
  asio::io_context io;
  const vkxx::client vk{io.get_executor(), settings};
  asio::co_spawn(io, run(vk), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
  io.run();
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
