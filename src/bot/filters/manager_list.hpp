// Who manages a community.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include <vkxx/bot/bot_context.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/core/ids.hpp>

namespace vkxx::detail {

// VK's list, kept for a while. Thread safety: safe to share.
class manager_list {
 public:
  // Whether the user manages the community of the context. Asks VK if what is known is older than
  // `age`. Throws VK's refusal: nobody is taken for a manager, or for none, because VK could not be
  // asked.
  [[nodiscard]] static asio::awaitable<bool> contains(std::shared_ptr<manager_list> self,
                                                      bot_context context, owner_id who,
                                                      duration age);
  // It has changed at VK.
  void forget();

 private:
  struct known_list {
    std::set<std::int64_t> users;
    time_point read{};
  };

  [[nodiscard]] static asio::awaitable<std::set<std::int64_t>> read(bot_context context);
  [[nodiscard]] std::optional<bool> known(owner_id who, time_point oldest) const;
  [[nodiscard]] std::uint64_t changes() const;
  // False: it has changed since.
  bool keep(std::set<std::int64_t> users, time_point read, std::uint64_t changes);

  mutable std::mutex mutex_;
  std::optional<known_list> list_;
  std::uint64_t changes_ = 0;
};

}  // namespace vkxx::detail
