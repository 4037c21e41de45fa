// A bot with a keyboard, a carousel, buttons, and an administrator.
//
//   VK_ACCESS_TOKEN=… shop_bot [EMULATOR-ADDRESS]
//
// `set_up` is also what its test calls.
#include <cstdlib>
#include <string>

#include <vkxx/bot.hpp>

namespace asio = boost::asio;

vkxx::keyboard menu() {
  return vkxx::keyboard::under_message()
      .callback("Tea", vkxx::payload{"buy"}.set("item", "tea"), vkxx::color::positive)
      .callback("Coffee", vkxx::payload{"buy"}.set("item", "coffee"))
      .row()
      .link("Our site", "https://example.org");
}

vkxx::carousel cups() {
  vkxx::carousel cards;
  for (const std::string size : {"small", "large"}) {
    vkxx::carousel_element card{size + " cup", "of china"};
    card.add(
        vkxx::button::callback("Buy " + size, vkxx::payload{"buy"}.set("item", size + " cup")));
    cards.add(card);
  }
  return cards;
}

asio::awaitable<void> sell(vkxx::button_context b) {
  const auto item = b.payload().text("item");
  co_await b.snackbar("One " + item + "!");
  co_await b.edit(vkxx::outgoing{"On its way: " + item});
}

void set_up(vkxx::bot& bot) {
  bot.always().on_command("help", [] { return "/start, /cups, or: order 3 tea"; });

  bot.on_command("start", [] { return vkxx::outgoing{"What will it be?"}.keyboard(menu()); });
  bot.on_command("cups", [] { return vkxx::outgoing{"Our cups"}.carousel(cups()); });
  bot.on_button("buy", sell);

  bot.on_pattern("order <count:int> <item>", [](vkxx::message_context m) {
    const auto& order = m.captures();
    return std::to_string(order.number("count")) + " × " + order.text("item") + ", coming up";
  });

  vkxx::router office;
  office.on_text("sales", [] { return "Today: none"; });
  bot.use(vkxx::filters::in_private() && vkxx::filters::from_admin(), office);

  bot.on_text([] { return "Try /help"; });
}

int main(int argc, char** argv) {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN"));
  if (argc > 1) settings.emulator(argv[1]);

  vkxx::bot bot{settings};
  set_up(bot);
  return bot.run();
}
