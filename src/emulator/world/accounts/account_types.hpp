/// @file
/// Users, communities, cities and tokens of the world.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/token_kind.hpp>

namespace vkxx::emulation::detail {

[[nodiscard]] std::string_view to_string(token_kind kind) noexcept;

struct token_record {
  std::string text;
  token_kind kind = token_kind::user;
  std::int64_t owner = 0;  ///< The user's or the community's id; of a service token the app's.
  std::string trouble;     ///< Not empty: why the token is refused, the tail of error 5.
  bool banned = false;     ///< The refusal carries `ban_info`.
};

/// A text in Cyrillic and in Latin letters.
struct spelling {
  std::string cyrillic;
  std::string latin;
};

struct city {
  std::int64_t id = 0;
  spelling title;
};

/// What the user's program can show; it decides `client_info` and the effect of a press.
enum class client_kind : std::uint8_t { full, no_callback, no_inline, no_carousel, no_keyboard };

struct person {
  std::int64_t id = 0;
  spelling first_name;
  spelling last_name;
  std::string screen_name;
  int sex = 2;  ///< 1 female, 2 male
  std::string birthday;
  std::int64_t city = 0;
  std::string deactivated;  ///< Empty, `deleted` or `banned`.
  bool closed = false;
  bool verified = false;
  std::int64_t followers = 0;
  std::vector<std::int64_t> friends;
  std::string status;
  client_kind client = client_kind::full;
  int language = 0;  ///< VK's number: 0 Russian, 3 English.
  /// Whether communities may write before the user has allowed or denied it.
  bool allows_messages = true;
};

struct community_settings {
  bool messages = true;
  bool bot_features = true;
  bool may_be_invited = true;
  bool start_button = true;
  std::string greeting;
};

struct community {
  std::int64_t id = 0;
  std::string name;
  std::string screen_name;
  std::string type = "group";  ///< `group`, `page` or `event`
  int closed = 0;
  std::int64_t members = 0;
  std::string description;
  std::string status;
  std::vector<std::int64_t> administrators;  ///< Ids of users.
  community_settings settings{};
};

}  // namespace vkxx::emulation::detail
