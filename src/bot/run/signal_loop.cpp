#include "bot/run/signal_loop.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <utility>

#include "bot/routing/route_walk.hpp"
#include "core/errors/thrown_text.hpp"

namespace vkxx::detail {
namespace {

constexpr duration grace = std::chrono::seconds{10};

class signal_loop {
 public:
  explicit signal_loop(const loop_program& program) : program_{program} {}

  result<drain_report> run() {
    wait_for_signal();
    asio::co_spawn(context_, program_.run(),
                   asio::bind_cancellation_slot(
                       cut_.slot(), [this](const std::exception_ptr& failure, auto report) {
                         signals_.cancel();
                         ended_ = true;
                         if (failure) {
                           report_ = failure_of(failure);
                         } else {
                           report_ = std::move(report);
                         }
                       }));
    context_.run();
    return report_;
  }

 private:
  void wait_for_signal() {
    signals_.async_wait([this](const boost::system::error_code& failure, int) {
      if (failure || ended_) return;
      if (program_.dispatches() && !stopping_) {
        program_.stop(grace);
      } else {
        program_.stop(duration::zero());
        cut_.emit(asio::cancellation_type::terminal);
      }
      stopping_ = true;
      wait_for_signal();
    });
  }

  const loop_program& program_;
  asio::io_context context_{1};
  asio::signal_set signals_{context_, SIGINT, SIGTERM};
  asio::cancellation_signal cut_;
  bool stopping_ = false;
  bool ended_ = false;
  result<drain_report> report_ =
      error{errc::cancelled, request_effect::not_sent, "bot: it did not run"};
};

}  // namespace

int run_with_signals(const loop_program& program, const logger& log) {
  const std::string name{program.name};
  try {
    signal_loop loop{program};
    const auto report = loop.run();
    if (report || program.stopped()) return 0;
    const auto reason = report.error().to_string();
    log.write(log_level::error, name + ": it cannot run: " + reason);
    std::cerr << "The " << name << " cannot run: " << reason << '\n';
  } catch (...) {
    std::cerr << "The " << name << " cannot run: " << thrown_text() << '\n';
  }
  return 1;
}

}  // namespace vkxx::detail
