// The parts of a bot, and its run.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <vkxx/bot/bot.hpp>
#include "bot/run/bot_setup.hpp"
#include "bot/sources/changing_tokens.hpp"
#include "bot/sources/lasting_poll.hpp"

namespace vkxx::detail {

class bot_core : public std::enable_shared_from_this<bot_core> {
 public:
  bot_core(config settings, std::shared_ptr<router_state> table);

  // The settings. Throws once it runs.
  [[nodiscard]] bot_settings& open();

  [[nodiscard]] static asio::awaitable<result<drain_report>> run(std::shared_ptr<bot_core> self);
  [[nodiscard]] static asio::awaitable<result<bot_report>> check(std::shared_ptr<bot_core> self);
  [[nodiscard]] static asio::awaitable<result<void>> put(std::shared_ptr<bot_core> self,
                                                         std::string type, std::string object,
                                                         std::string key);
  // As above; it fails if the bot is one of another community than `wanted`, which may be 0.
  [[nodiscard]] static asio::awaitable<result<void>> put_in(std::shared_ptr<bot_core> self,
                                                            group_id wanted, std::string type,
                                                            std::string object, std::string key);
  void stop(duration grace = std::chrono::seconds{10}) noexcept;
  void replace_token(secret token);
  // Whether somebody stopped it.
  [[nodiscard]] bool stopped() const;
  // Whether `stop` reaches a dispatcher already.
  [[nodiscard]] bool dispatches() const;
  [[nodiscard]] mailing mail(std::string key, outgoing message, mailing_options options) const;
  [[nodiscard]] bot_metrics metrics() const;
  [[nodiscard]] dispatcher_metrics dispatch_metrics() const;
  [[nodiscard]] std::string prometheus() const;
  [[nodiscard]] const logger& log() const noexcept { return settings_->log(); }

 private:
  [[nodiscard]] client make_client(const asio::any_io_executor& executor) const;
  [[nodiscard]] static asio::awaitable<result<group_id>> find_community(
      std::shared_ptr<bot_core> self, client vk);
  [[nodiscard]] std::shared_ptr<dispatcher> make_dispatcher(const asio::any_io_executor& executor,
                                                            const client& vk, group_id community);
  void add_sources(dispatcher& updates, const client& vk, group_id community);
  [[nodiscard]] poll_owner owner_of_poll() const;

  const std::shared_ptr<bot_settings> settings_ = std::make_shared<bot_settings>();
  const std::shared_ptr<router_state> table_;
  const std::shared_ptr<bot_counters> counters_ = std::make_shared<bot_counters>();
  std::shared_ptr<changing_tokens> tokens_;
  std::atomic<bool> ran_ = false;

  mutable std::mutex mutex_;
  std::weak_ptr<dispatcher> dispatcher_;  // owned by `run`
  std::weak_ptr<lasting_poll> poll_;
  std::optional<client> vk_;  // while it runs
  std::optional<dispatcher_metrics> last_numbers_;
  std::optional<group_id> found_community_;
  std::optional<duration> stop_early_;
};

}  // namespace vkxx::detail
