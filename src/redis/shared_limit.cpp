#include <vkxx/redis.hpp>

#include <pthread.h>

#include <csignal>
#include <thread>
#include <utility>

#include <vkxx/core/exception.hpp>
#include "core/async/process_mark.hpp"
#include "redis/coordinator.hpp"

namespace vkxx::redis {

using vkxx::detail::process_mark;
namespace {

using namespace std::chrono_literals;

class redis_bucket final : public shared_bucket {
 public:
  redis_bucket(std::shared_ptr<detail::coordinator> coordinator,
               std::shared_ptr<detail::bucket_state> state) noexcept
      : coordinator_{std::move(coordinator)}, state_{std::move(state)} {}

  void acquire(const permit_request& request, handler completed) noexcept override {
    coordinator_->acquire(state_, request, std::move(completed));
  }
  void release(const shared_permit& permit, duration lease) noexcept override {
    coordinator_->release(state_, permit, lease);
  }
  [[nodiscard]] std::size_t processes() const noexcept override { return state_->processes; }

 private:
  std::shared_ptr<detail::coordinator> coordinator_;
  std::shared_ptr<detail::bucket_state> state_;
};

// Signals are left to the program's own threads, and a closed socket is reported by its error.
std::thread thread_without_signals(std::shared_ptr<detail::coordinator> coordinator) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread{[running = std::move(coordinator)] { running->run(); }};
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

class redis_limit final : public shared_limit {
 public:
  explicit redis_limit(std::shared_ptr<detail::coordinator> coordinator)
      : coordinator_{std::move(coordinator)}, thread_{thread_without_signals(coordinator_)} {}
  redis_limit(const redis_limit&) = delete;
  redis_limit& operator=(const redis_limit&) = delete;
  ~redis_limit() override {
    if (!process_.is_here()) {
      abandon();
      return;
    }
    coordinator_->stop();
    // A late answer may be the last owner; the thread then ends by itself.
    if (thread_.get_id() == std::this_thread::get_id()) {
      thread_.detach();
    } else {
      thread_.join();
    }
  }

  [[nodiscard]] result<void> usable() const override {
    if (process_.is_here()) return {};
    return error{errc::invalid_argument, request_effect::not_sent,
                 "it was made before fork(), and its thread is the parent's: make another one in "
                 "the child"};
  }

  [[nodiscard]] std::shared_ptr<shared_bucket> bucket_of(const secret& token,
                                                         std::string_view methods) override {
    return std::make_shared<redis_bucket>(coordinator_, coordinator_->bucket(token, methods));
  }

 private:
  // In a child process there is no thread, and the state that it left half-changed must not be
  // touched.
  void abandon() noexcept {
    thread_.detach();
    // NOLINTNEXTLINE(bugprone-unused-return-value): never freed; ends with the process
    static_cast<void>(
        std::make_unique<std::shared_ptr<detail::coordinator>>(coordinator_).release());
  }

  process_mark process_;
  std::shared_ptr<detail::coordinator> coordinator_;
  std::thread thread_;
};

[[noreturn]] void unusable(error why) {
  throw usage_exception{std::move(why)};
}

}  // namespace

options::options(secret url) : url_{std::move(url)} {}

options::options(std::string_view url) : options{secret{url}} {}

options& options::timeout(std::chrono::milliseconds most) {
  timeout_ = most;
  return *this;
}

options& options::prefix(std::string text) {
  prefix_ = std::move(text);
  return *this;
}

std::shared_ptr<shared_limit> make_shared_limit(const options& options) {
  auto address = detail::read_address(options.url());
  if (!address) unusable(address.error());
  if (options.timeout() < 1ms || options.timeout() > 900ms) {
    unusable(error{errc::invalid_argument, request_effect::not_sent,
                   "redis::options::timeout: expected 1 to 900 ms"});
  }
  auto running = std::make_shared<detail::coordinator>(std::move(*address), options.prefix(),
                                                       options.timeout());
  return std::make_shared<redis_limit>(std::move(running));
}

}  // namespace vkxx::redis
