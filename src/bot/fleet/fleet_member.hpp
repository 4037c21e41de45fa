// A community of a fleet.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <vkxx/bot/fleet_community.hpp>
#include <vkxx/client/client.hpp>
#include "bot/run/bot_setup.hpp"
#include "bot/sources/changing_tokens.hpp"
#include "bot/sources/lasting_poll.hpp"

namespace vkxx::detail {

// What is set up once the fleet runs.
struct member_parts {
  std::optional<client> vk;
  std::shared_ptr<const bot_pipeline> pipeline;
};

// Thread safety: safe to share.
class fleet_member {
 public:
  fleet_member(group_id community, secret token, std::shared_ptr<router_state> own_table)
      : id{community},
        table{std::move(own_table)},
        tokens{std::make_shared<changing_tokens>(make_static_token(std::move(token)))} {}

  const group_id id;
  const std::shared_ptr<router_state> table;
  const std::shared_ptr<changing_tokens> tokens;
  const std::shared_ptr<bot_counters> counters = std::make_shared<bot_counters>();
  std::atomic<std::size_t> handlers = 0;  // that run

  // Names in the dispatcher.
  [[nodiscard]] std::string share() const { return std::to_string(id.value()); }
  [[nodiscard]] std::string poll_name() const { return "bots_long_poll:" + share(); }

  void set_up(member_parts parts);
  [[nodiscard]] member_parts parts() const;
  void set_poll(const std::shared_ptr<lasting_poll>& poll);
  void replace_token(secret token);

  // Each gives what is to be reported.
  fleet_community starts();
  fleet_community prepared();
  void answered();
  fleet_community fails(std::string problem);
  [[nodiscard]] fleet_community shown() const;

 private:
  [[nodiscard]] fleet_community shown_locked() const;

  mutable std::mutex mutex_;
  member_parts parts_;
  std::weak_ptr<lasting_poll> poll_;
  community_state state_ = community_state::waiting;
  std::string problem_;
  std::uint64_t failures_ = 0;
};

}  // namespace vkxx::detail
