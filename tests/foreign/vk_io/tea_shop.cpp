// The bot of bot_story.cjs, written with vkxx: the same users see the same conversation.
//
//   vkxx_tea_shop EMULATOR TOKEN PICTURE
#include <string>
#include <utility>

#include <vkxx/bot.hpp>

namespace asio = boost::asio;

namespace {

std::string picture;

asio::awaitable<void> order(vkxx::dialogue talk) {
  auto labels = vkxx::keyboard::persistent();
  labels.one_time().text("Green").text("Black");
  auto which = vkxx::question{vkxx::outgoing{"Which tea?"}.keyboard(std::move(labels))};
  which.choice("Green", "Black");
  const auto tea = co_await talk.ask(std::move(which));
  const auto cups = co_await talk.ask(
      vkxx::question{"How many cups?"}.number(1, 100).otherwise("How many cups?"));
  auto pay = vkxx::keyboard::under_message();
  pay.callback("Pay", vkxx::payload{"pay"}.set("cups", cups.text()), vkxx::color::positive);
  vkxx::outgoing summary{cups.text() + " × " + tea.text()};
  summary.keyboard(std::move(pay));
  co_await talk.say(std::move(summary));
}

asio::awaitable<void> paid(vkxx::button_context b) {
  co_await b.snackbar("Paid for " + b.payload().text("cups"));
  co_await b.edit("Paid");
}

asio::awaitable<void> measure(vkxx::message_context m) {
  const auto& photo = *m.message().attachments.at(0).photo;
  const auto& largest = photo.sizes.back();
  co_await m.reply("A photo of " + std::to_string(largest.width) + "×" +
                   std::to_string(largest.height));
}

void set_up(vkxx::bot& bot) {
  const vkxx::bot_talks talks{bot};
  bot.on_command("order", talks.add(vkxx::starts("order", order).version(1)));
  bot.on_command("photo", [] { return vkxx::outgoing{}.photo(vkxx::file_source{picture}); });
  bot.on_button("pay", paid);
  bot.on_message(vkxx::filters::has_photo(), measure);
  bot.on_message([] {
    auto menu = vkxx::keyboard::persistent();
    menu.text("/order", vkxx::payload{"order"}).row().link("Site", "https://vk.com");
    return vkxx::outgoing{"Menu"}.keyboard(std::move(menu));
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  picture = argv[3];
  vkxx::bot bot{vkxx::config{}.emulator(argv[1]).access_token(argv[2])};
  set_up(bot);
  return bot.run();
}
