#include "core/async/name_lookup.hpp"

#include <netdb.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace vkxx::detail {
namespace {

using boost::system::error_code;

error_code failure_of(int code) {
  if (code == EAI_SYSTEM) return {errno, boost::system::system_category()};
  if (code == EAI_MEMORY) return asio::error::no_memory;
  if (code == EAI_AGAIN) return asio::error::host_not_found_try_again;
  if (code == EAI_FAIL) return asio::error::no_recovery;
  return asio::error::host_not_found;
}

constexpr auto as_outcome = asio::as_tuple(asio::use_awaitable);

// Between the thread of a lookup and the coroutine that waits for it. Whoever touches the timer
// holds the lock: the coroutine may run on any thread, too.
struct waiting_lookup {
  std::mutex mutex;
  asio::steady_timer* timer = nullptr;  // Null: nobody waits, or not yet.
  found_addresses found;
  bool answered = false;
};

// The end of the waiting, also when the coroutine is destroyed.
class lookup_wait {
 public:
  explicit lookup_wait(std::shared_ptr<waiting_lookup> waiting) : waiting_{std::move(waiting)} {}
  lookup_wait(const lookup_wait&) = delete;
  lookup_wait& operator=(const lookup_wait&) = delete;
  ~lookup_wait() {
    const std::lock_guard lock{waiting_->mutex};
    waiting_->timer = nullptr;
  }

 private:
  std::shared_ptr<waiting_lookup> waiting_;
};

void answer_lookup(waiting_lookup& waiting, found_addresses found) {
  const std::lock_guard lock{waiting.mutex};
  waiting.found = std::move(found);
  waiting.answered = true;
  if (waiting.timer != nullptr) waiting.timer->cancel();
}

auto answer_or_limit(const std::shared_ptr<waiting_lookup>& waiting, asio::steady_timer& timer) {
  return asio::async_initiate<decltype(as_outcome), void(error_code)>(
      [waiting, &timer](auto handler) {
        const std::lock_guard lock{waiting->mutex};
        if (waiting->answered) timer.expires_at(asio::steady_timer::time_point::min());
        waiting->timer = &timer;
        timer.async_wait(std::move(handler));
      },
      as_outcome);
}

found_addresses asked(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_flags = flags;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  found_addresses result;
  if (const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list); code != 0) {
    result.failure = failure_of(code);
    return result;
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner{list, ::freeaddrinfo};
  for (const auto* each = list; each != nullptr; each = each->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (each->ai_addrlen > endpoint.capacity()) continue;
    endpoint.resize(each->ai_addrlen);
    std::memcpy(endpoint.data(), each->ai_addr, each->ai_addrlen);
    result.endpoints.push_back(endpoint);
  }
  if (result.endpoints.empty()) result.failure = asio::error::host_not_found;
  return result;
}

}  // namespace

found_addresses addresses_of(const std::string& host, const std::string& port) {
  return asked(host, port, AI_ADDRCONFIG);
}

found_addresses numeric_address(const std::string& host, const std::string& port) {
  return asked(host, port, AI_NUMERICHOST | AI_NUMERICSERV);
}

asio::awaitable<found_addresses> name_lookup::look_up(std::string host, std::string port) const {
  auto known = numeric_address(host, port);
  if (!known.failure) co_return known;
  const auto executor = co_await asio::this_coro::executor;
  found_addresses result;
  result.failure = asio::error::try_again;
  if (under_way_->load() >= most_at_once) co_return result;
  const auto waiting = std::make_shared<waiting_lookup>();
  asio::steady_timer timer{executor, limit_};
  const lookup_wait wait{waiting};
  auto ask = [ask = ask_, waiting, host = std::move(host), port = std::move(port),
              count = under_way_] {
    found_addresses found;
    try {
      found = ask(host, port);
    } catch (...) {
      found.failure = asio::error::no_memory;
    }
    count->fetch_sub(1);
    answer_lookup(*waiting, std::move(found));
  };
  under_way_->fetch_add(1);
  try {
    std::thread{std::move(ask)}.detach();
  } catch (const std::exception&) {
    under_way_->fetch_sub(1);
    co_return result;
  }
  const auto [ended] = co_await answer_or_limit(waiting, timer);
  const std::lock_guard lock{waiting->mutex};
  if (waiting->answered) {
    result = std::move(waiting->found);
  } else if (ended) {
    result.failure = ended;
  } else {
    result.failure = asio::error::timed_out;
  }
  co_return result;
}

}  // namespace vkxx::detail
