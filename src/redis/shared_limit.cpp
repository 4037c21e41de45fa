#include <vkxx/redis.hpp>

#include <pthread.h>

#include <csignal>
#include <thread>
#include <utility>

#include <vkxx/core/exception.hpp>
#include "core/async/process_mark.hpp"
#include "redis/meeting_place.hpp"

namespace vkxx::redis {
namespace {

using namespace std::chrono_literals;

class redis_window final : public shared_window {
 public:
  redis_window(std::shared_ptr<meeting_place> where, std::shared_ptr<window_state> window) noexcept
      : where_{std::move(where)}, window_{std::move(window)} {}

  void take(const places_wanted& wanted, told handler) noexcept override {
    where_->take(window_, wanted, std::move(handler));
  }
  void settle(const shared_place& place, duration held) noexcept override {
    where_->settle(window_, place, held);
  }
  [[nodiscard]] std::size_t processes() const noexcept override { return window_->processes; }

 private:
  std::shared_ptr<meeting_place> where_;
  std::shared_ptr<window_state> window_;
};

// Signals are for the program's own threads; and a socket that is closed says so by its error.
std::thread thread_without_signals(std::shared_ptr<meeting_place> where) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread made{[where = std::move(where)] { where->run(); }};
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return made;
}

class redis_limit final : public shared_limit {
 public:
  explicit redis_limit(std::shared_ptr<meeting_place> where)
      : where_{std::move(where)}, thread_{thread_without_signals(where_)} {}
  redis_limit(const redis_limit&) = delete;
  redis_limit& operator=(const redis_limit&) = delete;
  ~redis_limit() override {
    if (!process_.is_here()) {
      abandon();
      return;
    }
    where_->stop();
    // An answer that came after all else was gone may be the last owner; the thread ends by itself.
    if (thread_.get_id() == std::this_thread::get_id()) {
      thread_.detach();
    } else {
      thread_.join();
    }
  }

  [[nodiscard]] std::string fault() const override {
    if (process_.is_here()) return {};
    return "it was made before fork(), and its thread is the parent's: make another one in the "
           "child";
  }

  [[nodiscard]] std::shared_ptr<shared_window> window_of(const secret& token,
                                                         std::string_view methods) override {
    return std::make_shared<redis_window>(where_, where_->window(token, methods));
  }

 private:
  // In a child process: there is no thread, and what it left in its midst must not be touched.
  void abandon() noexcept {
    thread_.detach();
    // NOLINTNEXTLINE(bugprone-unused-return-value): never freed; it ends with the process
    static_cast<void>(std::make_unique<std::shared_ptr<meeting_place>>(where_).release());
  }

  process_mark process_;
  std::shared_ptr<meeting_place> where_;
  std::thread thread_;
};

[[noreturn]] void unusable(error why) {
  throw usage_exception{std::move(why)};
}

}  // namespace

options::options(secret url) {
  settings_.url = std::move(url);
}

options::options(std::string_view url) : options{secret{url}} {}

options& options::timeout(std::chrono::milliseconds most) {
  settings_.timeout = most;
  return *this;
}

options& options::prefix(std::string text) {
  settings_.prefix = std::move(text);
  return *this;
}

std::shared_ptr<shared_limit> make_shared_limit(const options& with) {
  const auto& settings = with.values();
  auto where = read_address(settings.url);
  if (!where) unusable(where.error());
  if (settings.timeout < 1ms || settings.timeout > 900ms) {
    unusable(error{errc::invalid_argument, request_effect::not_sent,
                   "redis::options::timeout: expected 1 to 900 ms"});
  }
  auto place =
      std::make_shared<meeting_place>(std::move(*where), settings.prefix, settings.timeout);
  return std::make_shared<redis_limit>(std::move(place));
}

}  // namespace vkxx::redis
