#include "auth/web_login/page_walk.hpp"

#include <chrono>
#include <utility>

#include "auth/oauth/oauth_exchange.hpp"

namespace vkxx::auth::detail {
namespace {

// Drives page_machine.
class page_walk {
 public:
  page_walk(page_task task, page_hooks hooks, token_environment environment)
      : hooks_{std::move(hooks)},
        session_{std::move(environment), task.redirect_uri},
        machine_{std::move(task)} {}

  asio::awaitable<result<access_token>> run() {
    auto action = machine_.start();
    for (;;) {
      switch (action) {
        case page_action::get:
        case page_action::post: {
          auto fetching = fetch(action);
          auto page = co_await std::move(fetching);
          if (!page) co_return named(page.error());
          const auto now = std::chrono::system_clock::now();
          action = machine_.on_page(*page, session_.signed_in(), now);
          break;
        }
        case page_action::ask_captcha:
          action = co_await ask(hooks_.captcha);
          break;
        case page_action::ask_code:
          action = co_await ask(hooks_.second_factor);
          break;
        case page_action::ask_phone:
          action = co_await ask(hooks_.phone);
          break;
        case page_action::done:
          co_return machine_.token();
        case page_action::fail:
          co_return named(machine_.failure());
      }
    }
  }

 private:
  asio::awaitable<result<web_page>> fetch(page_action action) {
    if (action == page_action::get) return session_.get(machine_.url());
    return session_.post(machine_.url(), machine_.fields());
  }

  asio::awaitable<page_action> ask(challenge_hook hook) {
    auto asking = ask_hook(std::move(hook), machine_.asked());
    const auto answer = co_await std::move(asking);
    co_return machine_.on_challenge(answer);
  }

  static error named(error failure) {
    if (failure.method().empty()) failure.set_method("login");
    return failure;
  }

  page_hooks hooks_;
  web_session session_;
  page_machine machine_;
};

}  // namespace

asio::awaitable<result<access_token>> walk_pages(page_task task, page_hooks hooks,
                                                 token_environment environment) {
  page_walk walk{std::move(task), std::move(hooks), std::move(environment)};
  co_return co_await walk.run();
}

asio::awaitable<result<access_token>> pass_validation_page(std::string address, std::string phone,
                                                           page_hooks hooks,
                                                           token_environment environment) {
  page_task task;
  task.url = std::move(address);
  task.redirect_uri = environment.endpoints.oauth() + "/blank.html";
  task.origins = origins_of(environment.endpoints);
  task.phone = std::move(phone);
  return walk_pages(std::move(task), std::move(hooks), std::move(environment));
}

}  // namespace vkxx::auth::detail
