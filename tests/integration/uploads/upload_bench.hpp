// What the tests of uploads share: clients of an emulator, files, a VK made of bare sockets.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
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
#include <vkxx/uploads.hpp>

#include "support/secrets.hpp"
#include "unit/emulator/files/sample_pictures.hpp"

namespace vkxx::test {

using emulation::jpeg;
using emulation::png;

// The machine's clock, except that the pauses before a repeated save take no time.
class hurried_clock final : public clock {
 public:
  [[nodiscard]] time_point now() const noexcept override { return system_clock()->now(); }
  void async_wait_until(
      asio::any_io_executor executor, time_point when,
      asio::any_completion_handler<void(boost::system::error_code)> handler) override {
    const auto span = when - now();
    if (span < std::chrono::milliseconds{500} || span > std::chrono::seconds{9}) {
      system_clock()->async_wait_until(std::move(executor), when, std::move(handler));
      return;
    }
    asio::post(executor, asio::bind_executor(executor, [done = std::move(handler)]() mutable {
                 std::move(done)(boost::system::error_code{});
               }));
  }
};

inline config quiet_settings() {
  config settings;
  settings.limits(limits{}.off())
      .retries(retries{}.off())
      .time_source(std::make_shared<hurried_clock>())
      .log([](const log_line& line) { keep_for_secret_search(line.text); }, log_level::debug);
  return settings;
}

// Its log lines and errors are kept for the search for secrets.
inline config settings_of(const testing::emulator_fixture& vk, const std::string& token = {}) {
  auto settings = quiet_settings();
  settings.emulator(vk.url()).access_token(token.empty() ? vk.token() : token);
  return settings;
}

inline result<uploaded> kept(result<uploaded> outcome) {
  if (!outcome) keep_for_secret_search(outcome.error().to_string());
  return outcome;
}

// One upload by a coroutine, or by the blocking functions.
inline result<uploaded> upload_by_coroutine(const config& settings, upload_kind kind,
                                            std::vector<upload_source> files,
                                            upload_options options = {}) {
  asio::io_context io{1};
  std::optional<result<uploaded>> outcome;
  const client vk{io.get_executor(), settings};
  const uploads up{vk};
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        auto work = up.try_run(kind, std::move(files), std::move(options));
        outcome.emplace(co_await std::move(work));
        io.stop();
      },
      asio::detached);
  io.run_for(std::chrono::seconds{60});
  if (!outcome) return error{errc::handler_failed, request_effect::unknown, "the upload hangs"};
  return kept(*std::move(outcome));
}

inline result<uploaded> upload_by_thread(const config& settings, upload_kind kind,
                                         std::vector<upload_source> files,
                                         upload_options options = {}) {
  blocking_client vk{settings};
  const blocking_uploads up{vk};
  return kept(up.try_run(kind, std::move(files), std::move(options)));
}

inline std::vector<upload_source> one_file(upload_source file) {
  std::vector<upload_source> files;
  files.push_back(std::move(file));
  return files;
}

inline upload_source picture(std::string name = "cat.png", std::uint32_t width = 1000,
                             std::uint32_t height = 800) {
  return memory_source{std::move(name), png(width, height)};
}

}  // namespace vkxx::test
