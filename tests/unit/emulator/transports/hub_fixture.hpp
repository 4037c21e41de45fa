/// @file
/// A world and its transports, without a service.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <utility>

#include "emulator/transports/transport_hub.hpp"
#include "emulator/world/accounts/account_commands.hpp"
#include "emulator/world/messages/message_commands.hpp"
#include "emulator/world/walls/wall_commands.hpp"

namespace vkxx::emulation {

class hub_fixture : public testing::Test {
 protected:
  [[nodiscard]] detail::command_context context() const {
    return {time_ms, {detail::cause_kind::control, 1}};
  }
  detail::message_commands messages() { return {state, context()}; }
  detail::wall_commands walls() { return {state, context()}; }

  detail::sent_message say(std::int64_t author, std::int64_t peer, std::string text) {
    detail::message_draft draft;
    draft.text = std::move(text);
    return messages().send(author, peer, std::move(draft));
  }

  /// The answer of the community's long poll from a `ts` on.
  boost::json::object poll(std::int64_t community, const std::string& ts,
                           std::string key = "current") {
    auto& channel = hub.channel(community);
    if (key == "current") key = channel.key.current();
    const auto outcome = channel.poll({key, ts, 0, 0}, time_ms, hub.random());
    return boost::json::parse(outcome.body).as_object();
  }
  /// The updates of the community since `seen`, which moves on.
  boost::json::array updates(std::int64_t community = 1) {
    auto answer = poll(community, std::to_string(seen));
    seen = hub.channel(community).ring.last();
    return answer.at("updates").as_array();
  }
  std::string types(std::int64_t community = 1) {
    std::string all;
    for (const auto& update : updates(community)) {
      if (!all.empty()) all += ' ';
      all += std::string_view{update.at("type").as_string()};
    }
    return all;
  }
  /// The lines of a mailbox since `ts`.
  std::string lines(std::int64_t member, std::int64_t ts, std::int64_t version = 3,
                    std::int64_t mode = 0) {
    auto& log = hub.log(member);
    const detail::poll_query query{log.key.current(), std::to_string(ts), version, mode};
    const auto outcome = log.poll(state, query, hub.random());
    const auto answer = boost::json::parse(outcome.body);
    const auto* found = answer.as_object().if_contains("updates");
    return boost::json::serialize(found == nullptr ? answer : *found);
  }

  detail::world state;
  detail::transport_hub hub{state, 1};
  std::int64_t time_ms = 1'700'000'000'000;
  std::uint64_t seen = 0;
};

}  // namespace vkxx::emulation
