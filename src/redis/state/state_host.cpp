#include "redis/state/state_host.hpp"

#include <future>

#include "redis/own_thread.hpp"

namespace vkxx::redis::detail {

error state_host::before_fork() {
  return {errc::state_failed, request_effect::not_sent,
          "the store was opened before fork(), and its thread is the parent's: open it in the "
          "child"};
}

error state_host::stopped() {
  return {errc::cancelled, request_effect::not_sent, "an operation of the store was cancelled"};
}

result<std::shared_ptr<state_host>> state_host::open(endpoint server, const options& options,
                                                     const shared_state_options& sharing) {
  const auto opening = std::make_shared<std::promise<result<void>>>();
  auto outcome = opening->get_future();
  auto host = std::make_shared<state_host>(
      std::move(server), options, sharing,
      [opening](result<void> opened) { opening->set_value(std::move(opened)); });
  // The engine sets a limit to it.
  auto opened = outcome.get();
  if (!opened) return opened.error();
  return host;
}

state_host::state_host(endpoint server, const options& options, const shared_state_options& sharing,
                       state_engine::handler<void> opened)
    : context_{std::make_unique<asio::io_context>(1)},
      io_{*context_},
      work_{io_.get_executor()},
      engine_owner_{std::make_unique<state_engine>(io_, std::move(server), options, sharing,
                                                   std::move(opened))},
      engine_{*engine_owner_} {
  post([](state_engine& engine) { engine.open(); });
  thread_ = thread_without_signals([&io = io_] { io.run(); });
}

state_host::~state_host() {
  if (!process_.is_here()) {
    abandon();
    return;
  }
  // An operation that is completed may have been the last owner.
  const bool inside = thread_.get_id() == std::this_thread::get_id();
  auto& io = io_;
  post([&io](state_engine& engine) {
    engine.leave([&engine, &io](const result<void>&) {
      engine.close();
      io.stop();
    });
  });
  work_.reset();
  if (!inside) {
    thread_.join();
    return;
  }
  thread_.detach();
  // They end with the process.
  static_cast<void>(engine_owner_.release());
  static_cast<void>(context_.release());
}

// In a child process there is no thread, and the state that it left half-changed must not be
// touched.
void state_host::abandon() noexcept {
  thread_.detach();
  static_cast<void>(engine_owner_.release());
  static_cast<void>(context_.release());
}

}  // namespace vkxx::redis::detail
