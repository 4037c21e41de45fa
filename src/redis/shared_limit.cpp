#include <vkxx/redis.hpp>

#include <thread>
#include <utility>

#include <vkxx/core/exception.hpp>
#include "core/async/process_mark.hpp"
#include "redis/coordinator.hpp"
#include "redis/own_thread.hpp"
#include "redis/tls_context.hpp"

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

class redis_limit final : public shared_limit {
 public:
  explicit redis_limit(std::shared_ptr<detail::coordinator> coordinator)
      : coordinator_{std::move(coordinator)},
        thread_{detail::thread_without_signals([running = coordinator_] { running->run(); })} {}
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

std::shared_ptr<shared_limit> make_shared_limit(const options& options) {
  auto server = detail::read_endpoint(options);
  if (!server) unusable(server.error());
  if (options.timeout() < 1ms || options.timeout() > 900ms) {
    unusable(error{errc::invalid_argument, request_effect::not_sent,
                   "redis::options::timeout: expected 1 to 900 ms"});
  }
  auto running = std::make_shared<detail::coordinator>(*std::move(server), options.prefix(),
                                                       options.timeout());
  return std::make_shared<redis_limit>(std::move(running));
}

}  // namespace vkxx::redis
