#include "bot_testing/bot_life.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include <vkxx/http/curl_transport.hpp>

namespace vkxx::bot_testing::detail {

struct counting_transport::mark {
  explicit mark(std::size_t& value) noexcept : number{value} { ++number; }
  mark(const mark&) = delete;
  mark& operator=(const mark&) = delete;
  ~mark() { --number; }
  std::size_t& number;
};

asio::awaitable<result<http::response>> counting_transport::send(http::request message) {
  return run(inner_, std::move(message), numbers_);
}

asio::awaitable<result<http::response>> counting_transport::run(
    std::shared_ptr<http::transport> inner, http::request message,
    std::shared_ptr<numbers> counted) {
  // The address of long poll in the emulator.
  const bool poll = message.url().find("/whp/") != std::string::npos;
  const mark counting{poll ? counted->polls : counted->calls};
  auto sending = inner->send(std::move(message));
  co_return co_await std::move(sending);
}

bot_life::bot_life(config settings) {
  transport_ = std::make_shared<counting_transport>(
      http::make_curl_transport(context_.get_executor(), http::transport_options{}));
  settings.transport(transport_);
  bot_ = std::make_unique<vkxx::bot>(std::move(settings));
}

bot_life::~bot_life() {
  bot_.reset();
}

void bot_life::start() {
  started_ = true;
  asio::co_spawn(context_, bot_->async_run(),
                 [this](const std::exception_ptr& failure, result<drain_report> report) {
                   if (failure) {
                     report_ = error{errc::handler_failed, request_effect::unknown,
                                     "the bot ended by an exception"};
                   } else {
                     report_ = std::move(report);
                   }
                 });
}

std::size_t bot_life::turn(std::chrono::milliseconds longest) {
  context_.restart();
  const auto ran = context_.poll();
  return ran != 0 || longest.count() == 0 ? ran : context_.run_one_for(longest);
}

}  // namespace vkxx::bot_testing::detail
