// The same call by the coroutine and by the blocking client, against an emulator.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/blocking_client.hpp>
#include <vkxx/client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "support/secrets.hpp"

namespace vkxx::test {

enum class face { coroutine, blocking };

inline std::string face_name(face which) {
  return which == face::coroutine ? "coroutine" : "blocking";
}

// What was printed about an outcome, kept for the search for secrets.
inline result<reply> kept(result<reply> outcome) {
  if (!outcome) keep_for_secret_search(outcome.error().to_string());
  return outcome;
}

inline result<reply> call_by_coroutine(const config& settings, request request,
                                       call_options options) {
  asio::io_context io{1};
  std::optional<result<reply>> outcome;
  const client vk{io.get_executor(), settings};
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        auto work = vk.try_call(std::move(request), std::move(options));
        outcome.emplace(co_await std::move(work));
        io.stop();
      },
      asio::detached);
  io.run_for(std::chrono::seconds{60});
  if (!outcome) return error{errc::handler_failed, request_effect::unknown, "the call hangs"};
  return std::move(*outcome);
}

inline result<reply> call_by(face which, const config& settings, request request,
                             call_options options = {}) {
  if (which == face::coroutine) {
    return kept(call_by_coroutine(settings, std::move(request), std::move(options)));
  }
  blocking_client vk{settings};
  return kept(vk.try_call(std::move(request), std::move(options)));
}

// The settings for an emulator; its log lines are kept for the search for secrets.
inline config settings_for(const testing::emulator_fixture& vk) {
  config settings;
  // What a call does by itself; tests of pacing and of retries turn them on.
  settings.limits(limits{}.off()).retries(retries{}.off());
  settings.emulator(vk.url())
      .access_token(vk.token())
      .ca_file(vk.ca_file())
      .lang("en")
      .log([](const log_line& line) { keep_for_secret_search(line.text); }, log_level::debug);
  return settings;
}

// With VK's limits, and retries that do not make a test slow.
inline config paced_settings_for(const testing::emulator_fixture& vk) {
  using std::chrono::milliseconds;
  return settings_for(vk).limits(limits{}).retries(retries{}
                                                       .first_pause(milliseconds{1})
                                                       .longest_pause(milliseconds{20})
                                                       .max_tries(30)
                                                       .budget(1000));
}

// Makes all calls at once on one loop. Their outcomes, in their order.
inline std::vector<result<reply>> call_all(const config& settings,
                                           const std::vector<request>& calls) {
  asio::io_context io{1};
  const client vk{io.get_executor(), settings};
  std::vector<std::optional<result<reply>>> outcomes(calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    asio::co_spawn(
        io,
        [&, i]() -> asio::awaitable<void> {
          auto work = vk.try_call(calls[i]);
          outcomes[i].emplace(co_await std::move(work));
        },
        asio::detached);
  }
  io.run_for(std::chrono::seconds{50});
  std::vector<result<reply>> settled;
  for (auto& outcome : outcomes) {
    if (!outcome)
      outcome.emplace(error{errc::handler_failed, request_effect::unknown, "the call hangs"});
    settled.push_back(kept(std::move(*outcome)));
  }
  return settled;
}

}  // namespace vkxx::test
