// A bot with a keyboard, a carousel, buttons, a dialogue, and an administrator.
//
//   VK_ACCESS_TOKEN=… shop_bot [EMULATOR-ADDRESS]
//
// `set_up` is also what its test calls.
#include <boost/describe/class.hpp>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

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

// Where the orders of a person go.
struct delivery {
  static constexpr std::string_view kind = "delivery";
  std::string address;
  std::string phone;
};
BOOST_DESCRIBE_STRUCT(delivery, (), (address, phone))

asio::awaitable<void> ask_delivery(vkxx::bot_talks talks, vkxx::dialogue talk) {
  const auto address = co_await talk.ask(vkxx::question{"Where to?"}.text(5, 200).otherwise(
      "An address, please: street, number and town."));
  const auto phone = co_await talk.ask(vkxx::question{"Your phone number?"}
                                           .matching("\\+?[0-9][0-9 ()-]{5,18}")
                                           .otherwise("Digits, please, such as +7 900 123-45-67."));
  const auto sure = co_await talk.ask(
      vkxx::question{"To " + address.text() + ", and we call " + phone.text() + "?"}.choice("Yes",
                                                                                            "No"));
  if (sure.is("No")) {
    co_await talk.say("Then not. /deliver begins again.");
    co_return;
  }
  co_await talk.write("delivery", [&](vkxx::update_context c) -> asio::awaitable<void> {
    auto mine = co_await talks.session<delivery>(c);
    mine->address = address.text();
    mine->phone = phone.text();
  });
  co_await talk.say("We know where to go.");
}

void set_up_delivery(vkxx::bot& bot) {
  const vkxx::bot_talks talks{bot};
  bot.on_command("deliver", talks.add(vkxx::starts("delivery", [talks](vkxx::dialogue talk) {
    return ask_delivery(talks, std::move(talk));
  })));
  bot.on_command("where", [talks](vkxx::message_context m) -> asio::awaitable<void> {
    auto mine = co_await talks.session<delivery>(m);
    const auto known =
        mine->address.empty() ? std::string{"I do not know: /deliver"} : mine->address;
    co_await m.answer(known);
  });
}

void set_up(vkxx::bot& bot) {
  set_up_delivery(bot);
  bot.always().on_command("help", [] { return "/start, /cups, /deliver, or: order 3 tea"; });

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
