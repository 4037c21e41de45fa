// One process of a bot: from its start to its end, in the thread of the test.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/bot/bot.hpp>
#include <vkxx/http/transport.hpp>

namespace vkxx::bot_testing::detail {

// Counts what is under way.
class counting_transport final : public http::transport {
 public:
  explicit counting_transport(std::shared_ptr<http::transport> inner) : inner_{std::move(inner)} {}

  [[nodiscard]] asio::awaitable<result<http::response>> send(http::request message) override;

  [[nodiscard]] std::size_t calls() const noexcept { return numbers_->calls; }
  [[nodiscard]] std::size_t polls() const noexcept { return numbers_->polls; }

 private:
  struct numbers {
    std::size_t calls = 0;
    std::size_t polls = 0;
  };
  struct mark;
  static asio::awaitable<result<http::response>> run(std::shared_ptr<http::transport> inner,
                                                     http::request message,
                                                     std::shared_ptr<numbers> counted);

  std::shared_ptr<http::transport> inner_;
  std::shared_ptr<numbers> numbers_ = std::make_shared<numbers>();
};

class bot_life {
 public:
  // `settings`: all but the transport.
  explicit bot_life(config settings);
  bot_life(const bot_life&) = delete;
  bot_life& operator=(const bot_life&) = delete;
  // As SIGKILL.
  ~bot_life();

  [[nodiscard]] vkxx::bot& bot() noexcept { return *bot_; }
  void start();
  [[nodiscard]] bool started() const noexcept { return started_; }
  [[nodiscard]] const std::optional<result<drain_report>>& report() const noexcept {
    return report_;
  }
  // Runs what is ready; waits for up to `longest` of real time if nothing is. Returns how much ran.
  std::size_t turn(std::chrono::milliseconds longest);
  [[nodiscard]] const counting_transport& transport() const noexcept { return *transport_; }

 private:
  asio::io_context context_{1};
  std::shared_ptr<counting_transport> transport_;
  std::unique_ptr<vkxx::bot> bot_;
  bool started_ = false;
  std::optional<result<drain_report>> report_;
};

}  // namespace vkxx::bot_testing::detail
