// Every way in, one function each; docs/auth.md shows them. Runs against an emulator, whose
// accounts they use.
//
//   ways_in EMULATOR-ADDRESS
#include <iostream>
#include <string>

#include <boost/json.hpp>

#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>

namespace {

// What the program would ask a person.
vkxx::challenge_answer ask_for_code(const vkxx::challenge& asked) {
  std::cout << "(asked for a code, wrong ones so far: " << asked.wrong_answers() << ")\n";
  return vkxx::challenge_answer::code("246810");
}

vkxx::challenge_answer ask_for_digits(const vkxx::challenge& asked) {
  std::cout << "(asked for the digits between " << asked.phone().prefix << " and "
            << asked.phone().suffix << ")\n";
  return vkxx::challenge_answer::phone_digits("99912345");
}

std::string ask_for_address(const std::string& page) {
  std::cout << "(open " << page.substr(page.find('/', 8), page.find('?') - page.find('/', 8))
            << " and paste the address that the browser came to)\n";
  return "https://app.example/callback?error=access_denied&error_description=Not+today";
}

void show(vkxx::blocking_client& vk) {
  const auto reply = vk.try_call(vkxx::request{"users.get"});
  if (reply) {
    std::cout << reply->json().at(0).at("id") << '\n';
  } else {
    std::cout << reply.error().message() << '\n';
  }
}

void with_a_password(const std::string& emulator) {
  vkxx::auth::direct how;
  how.login("app@emulator.test").password(std::string{"emulator-password"});
  how.scope("offline,wall");
  how.on_second_factor(ask_for_code);

  vkxx::blocking_client vk{vkxx::config{how}.emulator(emulator)};
  show(vk);
}

void by_the_web_login(const std::string& emulator) {
  vkxx::auth::implicit how;
  how.login("page@emulator.test").password(std::string{"emulator-password"});
  how.on_phone(ask_for_digits);

  vkxx::blocking_client vk{vkxx::config{how}.emulator(emulator)};
  show(vk);
}

void as_communities(const std::string& emulator) {
  vkxx::auth::communities how;
  how.login("plain@emulator.test").password(std::string{"emulator-password"});
  how.group_ids(1, 2).scope("manage,messages");

  vkxx::blocking_client vk{vkxx::config{how}.emulator(emulator)};
  vk.call(vkxx::request{"groups.getById"}.set("group_id", 2));  // by the token of community 2
  vk.call(vkxx::request{"groups.getById"});                     // by that of community 1
  const auto stranger = vk.try_call(vkxx::request{"groups.getById"}.set("group_id", 3));
  std::cout << stranger.error().message() << '\n';
}

void by_code(const std::string& emulator) {
  vkxx::auth::code how{"777", vkxx::secret{"emulator-test-secret"}, "https://app.example/callback"};
  how.group_ids({1, 2}).on_page(ask_for_address);

  const auto token = vkxx::auth::log_in(how.make(), vkxx::config{}.emulator(emulator));
  std::cout << (token ? "let in" : token.error().message()) << '\n';
}

void as_an_app(const std::string& emulator) {
  const auto how = vkxx::auth::client_credentials("777", vkxx::secret{"emulator-test-secret"});

  const auto token = vkxx::auth::log_in(how, vkxx::config{}.emulator(emulator));
  std::cout << (token ? "let in" : token.error().message()) << '\n';
}

void by_vk_id(const std::string& emulator) {
  vkxx::auth::vk_id how{"777", "https://app.example/callback"};
  how.scope("email phone").on_page(ask_for_address);

  // Kept from run to run, and refreshed before it ends.
  vkxx::auth::source_options options;
  options.store(vkxx::auth::make_memory_store(), "anna");
  vkxx::blocking_client vk{
      vkxx::config{}.emulator(emulator).tokens(make_token_source(how.make(), options))};
  show(vk);
}

void at_once(const std::string& emulator) {
  vkxx::auth::implicit how;
  how.login("plain@emulator.test").password(std::string{"not this one"});
  const auto settings = vkxx::config{}.emulator(emulator);
  try {
    const auto source = vkxx::auth::make_logged_in_source(how.make(), {}, settings);
    vkxx::blocking_client vk{vkxx::config{settings}.tokens(source)};
    show(vk);
  } catch (const vkxx::auth_exception& failure) {
    if (failure.error() == vkxx::errc::wrong_credentials) std::cout << "wrong password\n";
  }
}

void with_validations(const std::string& emulator) {
  vkxx::auth::direct how;
  how.login("plain@emulator.test").password(std::string{"emulator-password"});
  vkxx::blocking_client vk{vkxx::config{how}.emulator(emulator)};

  vkxx::auth::validation pages;
  pages.on_second_factor(ask_for_code).on_phone(ask_for_digits);
  vk.on_validation(pages.hook(vk.environment()));
  show(vk);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::cerr << "usage: ways_in EMULATOR-ADDRESS\n";
    return 2;
  }
  const std::string emulator{argv[1]};
  with_a_password(emulator);
  by_the_web_login(emulator);
  as_communities(emulator);
  by_code(emulator);
  as_an_app(emulator);
  by_vk_id(emulator);
  at_once(emulator);
  with_validations(emulator);
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
