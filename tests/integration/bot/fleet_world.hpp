// An emulator with several communities, and what runs against it, in the thread of the test.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/config.hpp>
#include <vkxx/core/ids.hpp>
#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/emulator.hpp>
#include "bot_testing/control_link.hpp"

namespace vkxx::testing {

// A community with two tokens.
struct shop {
  group_id id;
  std::string token;
  std::string second_token;
};

class fleet_world {
 public:
  explicit fleet_world(int count) {
    std::string tokens = "\"tokens\":[";
    for (int index = 0; index < count; ++index) {
      const auto created = link_.ask("POST", "communities", R"({"name":"Shop","admins":[1]})");
      const auto id = std::stoll(std::string{json_member(created, "id").value()});
      shops.push_back({group_id{id}, json_string_value(json_member(created, "token").value()),
                       "vk1.a.second-" + std::to_string(id) + std::string(60, '0')});
      tokens += "{\"text\":" + json_text(shops.back().second_token) +
                ",\"kind\":\"community\",\"owner\":" + std::to_string(id) + "},";
    }
    auto world = emulator.snapshot();
    const std::string_view mark = "\"tokens\":[";
    emulator.snapshot(world.replace(world.find(mark), mark.size(), tokens));
  }

  [[nodiscard]] config settings() const { return config{}.emulator(emulator.url()); }
  [[nodiscard]] user_id user() {
    const auto created = link_.ask("POST", "people", R"({"first_name":"Anna","last_name":"T"})");
    return user_id{std::stoll(std::string{json_member(created, "id").value()})};
  }
  void says(user_id who, const shop& where, std::string_view text) {
    link_.ask(
        "POST", "people/" + std::to_string(who.value()) + "/say",
        "{\"to\":" + std::to_string(-where.id.value()) + ",\"text\":" + json_text(text) + "}");
  }
  // What the community wrote to the user, oldest first.
  [[nodiscard]] std::vector<std::string> answers(user_id who, const shop& where) {
    const auto community = std::to_string(-where.id.value());
    const auto list = link_.ask("GET",
                                "people/" + std::to_string(who.value()) + "/conversations/" +
                                    community + "/messages?count=200",
                                {});
    std::vector<std::string> texts;
    for (const auto item : json_elements(json_member(list, "items").value_or("[]"))) {
      if (json_member(item, "from_id") == community)
        texts.push_back(json_string_value(json_member(item, "text").value()));
    }
    return texts;
  }
  // VK refuses the token from now on.
  void dies(const std::string& token) {
    constexpr int authorization_failed = 5;
    emulator.add_fault(
        emulation::fault{emulation::fault_kind::error, authorization_failed}.count(0).token(token));
  }
  [[nodiscard]] std::size_t refusals(std::string_view method) const {
    std::size_t count = 0;
    for (const auto& call : emulator.requests())
      count += call.api_method == method && call.error_code != 0 ? 1 : 0;
    return count;
  }
  // How many polls wait for updates now.
  [[nodiscard]] std::string polls() {
    const auto suspended = link_.ask("GET", "suspended", {});
    return std::string{json_member(suspended, "suspended").value_or("")};
  }
  void fault(const std::string& text) { emulator.add_fault(emulation::parse_fault(text)); }
  std::string control(std::string_view method, std::string_view path, const std::string& body) {
    return link_.ask(method, path, body);
  }

  // Runs what there is until `enough`.
  void run_until(const std::function<bool()>& enough) {
    constexpr std::chrono::seconds longest{40};
    const auto end = std::chrono::steady_clock::now() + longest;
    while (!enough()) {
      io.restart();
      io.run_one_for(std::chrono::milliseconds{20});
      if (std::chrono::steady_clock::now() >= end) throw std::runtime_error{"it did not happen"};
    }
  }

  vkxx::emulator emulator;

 private:
  bot_testing::detail::control_link link_{emulator.url()};

 public:
  std::vector<shop> shops;
  asio::io_context io{1};
};

}  // namespace vkxx::testing
