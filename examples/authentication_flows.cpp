// Every authentication flow, one function each; docs/auth.md shows them. They log in to accounts of
// the emulator.
//
//   authentication_flows EMULATOR-ADDRESS
#include <iostream>
#include <string>

#include <boost/json.hpp>

#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>

namespace {

// Stand in for the person at the terminal.
vkxx::challenge_answer ask_for_code(const vkxx::challenge& challenge) {
  std::cout << "(asked for a code, wrong ones so far: " << challenge.wrong_answers() << ")\n";
  return vkxx::challenge_answer::code("246810");
}

vkxx::challenge_answer ask_for_digits(const vkxx::challenge& challenge) {
  std::cout << "(asked for the digits between " << challenge.phone().prefix << " and "
            << challenge.phone().suffix << ")\n";
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

void log_in_with_password(const std::string& emulator) {
  vkxx::auth::direct flow;
  flow.login("app@emulator.test").password(std::string{"emulator-password"});
  flow.scope("offline,wall");
  flow.on_second_factor(ask_for_code);

  vkxx::blocking_client vk{vkxx::config{flow}.emulator(emulator)};
  show(vk);
}

void log_in_on_the_web(const std::string& emulator) {
  vkxx::auth::implicit flow;
  flow.login("page@emulator.test").password(std::string{"emulator-password"});
  flow.on_phone(ask_for_digits);

  vkxx::blocking_client vk{vkxx::config{flow}.emulator(emulator)};
  show(vk);
}

void log_in_as_communities(const std::string& emulator) {
  vkxx::auth::communities flow;
  flow.login("plain@emulator.test").password(std::string{"emulator-password"});
  flow.group_ids(1, 2).scope("manage,messages");

  vkxx::blocking_client vk{vkxx::config{flow}.emulator(emulator)};
  vk.call(vkxx::request{"groups.getById"}.set("group_id", 2));  // with the token of community 2
  vk.call(vkxx::request{"groups.getById"});                     // with that of community 1
  const auto unknown = vk.try_call(vkxx::request{"groups.getById"}.set("group_id", 3));
  std::cout << unknown.error().message() << '\n';
}

void exchange_code(const std::string& emulator) {
  vkxx::auth::code flow{"777", vkxx::secret{"emulator-test-secret"},
                        "https://app.example/callback"};
  flow.group_ids({1, 2}).on_page(ask_for_address);

  const auto token = vkxx::auth::log_in(flow.make(), vkxx::config{}.emulator(emulator));
  std::cout << (token ? "logged in" : token.error().message()) << '\n';
}

void log_in_as_app(const std::string& emulator) {
  const auto flow = vkxx::auth::client_credentials("777", vkxx::secret{"emulator-test-secret"});

  const auto token = vkxx::auth::log_in(flow, vkxx::config{}.emulator(emulator));
  std::cout << (token ? "logged in" : token.error().message()) << '\n';
}

void log_in_with_vk_id(const std::string& emulator) {
  vkxx::auth::vk_id flow{"777", "https://app.example/callback"};
  flow.scope("email phone").on_page(ask_for_address);

  // Refreshed before it expires, and shared by all runs if the store is a file.
  vkxx::auth::source_options options;
  options.store(vkxx::auth::make_memory_store(), "anna");
  vkxx::blocking_client vk{
      vkxx::config{}.emulator(emulator).tokens(make_token_source(flow.make(), options))};
  show(vk);
}

void log_in_now(const std::string& emulator) {
  vkxx::auth::implicit flow;
  flow.login("plain@emulator.test").password(std::string{"not this one"});
  const auto settings = vkxx::config{}.emulator(emulator);
  try {
    const auto source = vkxx::auth::make_logged_in_source(flow.make(), {}, settings);
    vkxx::blocking_client vk{vkxx::config{settings}.tokens(source)};
    show(vk);
  } catch (const vkxx::auth_exception& failure) {
    if (failure.error() == vkxx::errc::wrong_credentials) std::cout << "wrong password\n";
  }
}

void pass_validations(const std::string& emulator) {
  vkxx::auth::direct flow;
  flow.login("plain@emulator.test").password(std::string{"emulator-password"});
  vkxx::blocking_client vk{vkxx::config{flow}.emulator(emulator)};

  vkxx::auth::validation pages;
  pages.on_second_factor(ask_for_code).on_phone(ask_for_digits);
  vk.on_validation(pages.hook(vk.environment()));
  show(vk);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::cerr << "usage: authentication_flows EMULATOR-ADDRESS\n";
    return 2;
  }
  const std::string emulator{argv[1]};
  log_in_with_password(emulator);
  log_in_on_the_web(emulator);
  log_in_as_communities(emulator);
  exchange_code(emulator);
  log_in_as_app(emulator);
  log_in_with_vk_id(emulator);
  log_in_now(emulator);
  pass_validations(emulator);
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
