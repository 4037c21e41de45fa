/// @file
/// The emulator without sockets, under a clock that stands still until it is moved.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <utility>

#include <vkxx/emulator.hpp>

#include "emulator/service.hpp"

namespace vkxx::emulation {

class standing_clock final : public clock {
 public:
  [[nodiscard]] time_point now() const noexcept override { return now_; }
  void async_wait_until(asio::any_io_executor, time_point,
                        asio::any_completion_handler<void(boost::system::error_code)>) override {
    FAIL() << "nothing waits without sockets";
  }
  void advance(duration step) noexcept { now_ += step; }

 private:
  time_point now_{std::chrono::hours{1}};
};

class service_fixture : public testing::Test {
 protected:
  explicit service_fixture(emulator_options options = emulator_options{})
      : vk{options.time(time)}, tokens{vk.tokens()} {
    vk.set_base_url("http://emulator");
  }

  detail::answer send(std::string method, std::string target, std::string body = {},
                      std::vector<detail::name_value> headers = {}) {
    detail::http_message message;
    message.method = std::move(method);
    message.target = std::move(target);
    message.body = std::move(body);
    message.headers = std::move(headers);
    message.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return vk.handle(message);
  }

  /// The whole envelope of a call with `v` and the user's token, or another one.
  boost::json::value envelope(const std::string& method, const std::string& form = {},
                              const std::string& token = {}) {
    const auto reply = send("POST", "/method/" + method, form + "&v=5.199",
                            {{"Authorization", "Bearer " + (token.empty() ? tokens.user : token)}});
    EXPECT_EQ(reply.status, 200U);
    return boost::json::parse(reply.body);
  }
  boost::json::value call(const std::string& method, const std::string& form = {},
                          const std::string& token = {}) {
    const auto whole = envelope(method, form, token);
    if (!whole.as_object().contains("response"))
      throw std::runtime_error{boost::json::serialize(whole)};
    return whole.at("response");
  }
  boost::json::object error(const std::string& method, const std::string& form = {},
                            const std::string& token = {}) {
    return envelope(method, form, token).at("error").as_object();
  }
  static std::string text(const boost::json::value& value) { return boost::json::serialize(value); }
  static std::string string_at(const boost::json::object& object, const char* name) {
    return std::string{object.at(name).as_string()};
  }

  std::shared_ptr<standing_clock> time = std::make_shared<standing_clock>();
  detail::service vk;
  world_tokens tokens;
};

}  // namespace vkxx::emulation
