// The contenders of vkxx, from the lowest level up.
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <stdexcept>
#include <thread>
#include <vector>

#include <vkxx/blocking_client.hpp>
#include <vkxx/client.hpp>
#include <vkxx/http/curl_transport.hpp>

#include "contenders.hpp"

namespace bench {
namespace {

namespace asio = boost::asio;

void rethrow(std::exception_ptr failure) {
  if (failure) std::rethrow_exception(failure);
}

vkxx::config settings(const workload& work) {
  vkxx::config settings;
  settings.access_token(token).emulator(work.url);
  // What is measured is the client, not how long VK's limit makes it wait.
  settings.limits(vkxx::limits{}.off());
  return settings;
}

asio::awaitable<void> call_transport(vkxx::http::transport& transport, const std::string& url,
                                     int& started, int calls) {
  while (started < calls) {
    ++started;
    vkxx::http::request message{"POST", url};
    message.add_header("Accept", "application/json");
    message.body(body, "application/x-www-form-urlencoded");
    message.bearer_token(vkxx::secret{token});
    const auto outcome = co_await transport.send(std::move(message));
    if (outcome.value().status != 200) throw std::runtime_error{"a call failed"};
  }
}

asio::awaitable<void> call_client(vkxx::client vk, int& started, int calls) {
  while (started < calls) {
    ++started;
    vkxx::request request{"users.get"};
    request.set("user_ids", 1);
    const auto reply = co_await vk.call(std::move(request));
    if (reply.body().empty()) throw std::runtime_error{"a call failed"};
  }
}

}  // namespace

void run_transport(const workload& work) {
  asio::io_context context{1};
  const auto transport = vkxx::http::make_curl_transport(context.get_executor(), {});
  const auto url = work.url + path;
  int started = 0;
  for (int i = 0; i < work.in_flight; ++i) {
    asio::co_spawn(context, call_transport(*transport, url, started, work.calls), rethrow);
  }
  context.run();
}

namespace {

void run_with(const workload& work, const vkxx::config& settings) {
  asio::io_context context{1};
  const vkxx::client vk{context.get_executor(), settings};
  int started = 0;
  for (int i = 0; i < work.in_flight; ++i) {
    asio::co_spawn(context, call_client(vk, started, work.calls), rethrow);
  }
  context.run();
}

}  // namespace

void run_client(const workload& work) {
  run_with(work, settings(work));
}

void run_limited_client(const workload& work) {
  run_with(work, settings(work).limits(vkxx::limits{}.per_second(1'000'000)));
}

void run_blocking_client(const workload& work) {
  vkxx::blocking_client vk{settings(work)};
  std::atomic<int> started = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < work.in_flight; ++i) {
    threads.emplace_back([&] {
      while (started++ < work.calls) {
        vkxx::request request{"users.get"};
        request.set("user_ids", 1);
        if (vk.call(std::move(request)).body().empty()) std::terminate();
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace bench
