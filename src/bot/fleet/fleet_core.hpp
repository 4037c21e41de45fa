// The parts of a fleet, and its run.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/bot/bot_report.hpp>
#include <vkxx/bot/fleet_community.hpp>
#include <vkxx/dispatch/dispatcher.hpp>
#include "bot/fleet/fleet_member.hpp"
#include "bot/run/bot_setup.hpp"

namespace vkxx::detail {

// Thread safety: as the fleet.
class fleet_core : public std::enable_shared_from_this<fleet_core> {
 public:
  using change_function = std::function<void(const fleet_community&)>;

  fleet_core(config settings, std::shared_ptr<router_state> table);

  // The settings. Throws once it runs.
  [[nodiscard]] bot_settings& open();
  void on_change(change_function function);

  // `handlers`: null: those of the fleet.
  void add(group_id community, secret token, std::shared_ptr<router_state> handlers);
  bool remove(group_id community);
  bool replace_token(group_id community, secret token);
  [[nodiscard]] std::vector<fleet_community> communities() const;
  [[nodiscard]] std::shared_ptr<fleet_member> find(group_id community) const;
  [[nodiscard]] static asio::awaitable<result<void>> put(std::shared_ptr<fleet_core> self,
                                                         group_id community, std::string type,
                                                         std::string object, std::string key);

  [[nodiscard]] static asio::awaitable<result<drain_report>> run(std::shared_ptr<fleet_core> self);
  void stop(duration grace) noexcept;
  [[nodiscard]] bool stopped() const;
  [[nodiscard]] bool dispatches() const;
  [[nodiscard]] mailing mail(group_id community, const std::string& key, outgoing message,
                             mailing_options options) const;
  [[nodiscard]] dispatcher_metrics dispatch_metrics() const;
  [[nodiscard]] std::string prometheus() const;
  [[nodiscard]] const logger& log() const noexcept { return settings_->log(); }

 private:
  // Null: the fleet does not run, or does not have the community.
  [[nodiscard]] std::shared_ptr<dispatcher> dispatcher_of(group_id community) const;

  using member_pointer = std::shared_ptr<fleet_member>;

  [[nodiscard]] std::shared_ptr<dispatcher> make_dispatcher(const asio::any_io_executor& executor);
  // Under the mutex.
  void start(const member_pointer& member, dispatcher& updates);
  [[nodiscard]] std::shared_ptr<update_source> make_poll(const member_pointer& member,
                                                         update_cursor cursor);
  [[nodiscard]] poll_owner owner_of_poll(const member_pointer& member);
  // Whether the token is one of the community, and its updates come.
  [[nodiscard]] static asio::awaitable<result<void>> prepare(std::shared_ptr<fleet_core> self,
                                                             member_pointer member);
  [[nodiscard]] static asio::awaitable<handler_outcome> handle(std::shared_ptr<fleet_core> self,
                                                               update_context unit);
  // By the share of an update: also one that was removed, while its handlers run.
  [[nodiscard]] member_pointer find_share(std::string_view share) const;
  // Whether the community's handlers could do something for it.
  [[nodiscard]] bool is_needed(const update& received) const;
  [[nodiscard]] time_point next_start();
  void report(const fleet_community& changed) const;
  void report_absent(std::string_view share) const;

  const std::shared_ptr<bot_settings> settings_ = std::make_shared<bot_settings>();
  const std::shared_ptr<router_state> table_;
  change_function on_change_;
  std::atomic<bool> ran_ = false;

  mutable std::mutex mutex_;
  std::map<group_id, member_pointer> members_;
  std::map<group_id, member_pointer> leaving_;  // until no handler of theirs can start any more
  std::weak_ptr<dispatcher> dispatcher_;        // owned by `run`
  std::optional<asio::any_io_executor> executor_;
  std::optional<dispatcher_metrics> last_numbers_;
  std::optional<duration> stop_early_;
  time_point last_start_{};
};

}  // namespace vkxx::detail
