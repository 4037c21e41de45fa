/// @file
/// API methods of the emulator: functions from a call to a JSON value.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/allowed.hpp"
#include "emulator/api/api_failure.hpp"
#include "emulator/api/api_request.hpp"
#include "emulator/files/file_commands.hpp"
#include "emulator/world/accounts/account_commands.hpp"
#include "emulator/world/communities/community_commands.hpp"
#include "emulator/world/content/upload_commands.hpp"
#include "emulator/world/friends/friend_commands.hpp"
#include "emulator/world/messages/message_commands.hpp"
#include "emulator/world/walls/wall_commands.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

class transport_hub;

/// A call, and all that a method may read.
class method_call {
 public:
  method_call(world& all, const argument_list& given_arguments, const token_record* who,
              const command_context& when, file_registry& all_files, transport_hub& hub,
              std::string_view own_url)
      : state{all},
        files{all_files},
        arguments{given_arguments},
        caller{who},
        now{when.date()},
        context{when},
        base_url{own_url},
        writable_{all},
        writable_files_{all_files},
        hub_{hub} {}

  const world& state;
  const file_registry& files;
  const argument_list& arguments;
  const token_record* caller;  ///< Null for a call without a token.
  std::int64_t now;            ///< Unix time.
  command_context context;     ///< Of the commands.
  std::string_view base_url;   ///< The emulator's own address as the caller sees it.
  /// Set by a method that recognized a retry by its `random_id` or `guid` and did nothing.
  mutable bool known_again = false;

  /// The text of a parameter, or empty.
  [[nodiscard]] std::string_view text(std::string_view name) const noexcept;
  [[nodiscard]] bool given(std::string_view name) const noexcept;
  /// A required parameter. @throws api_failure 100
  [[nodiscard]] std::string_view required(std::string_view name) const;
  /// An integer within bounds, or `otherwise` if it is absent or empty. @throws api_failure 100
  [[nodiscard]] std::int64_t integer(
      std::string_view name, std::int64_t otherwise,
      std::int64_t least = std::numeric_limits<std::int64_t>::min(),
      std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
  [[nodiscard]] std::int64_t required_integer(std::string_view name) const;
  /// Whether a flag is `1`.
  [[nodiscard]] bool flag(std::string_view name) const noexcept;
  /// The elements of a comma list, without empty ones. @throws api_failure 100 above `most`
  [[nodiscard]] std::vector<std::string> list(std::string_view name, std::size_t most = 1000) const;
  /// Whether names are shown in Cyrillic: unless `lang` selects a language with Latin letters.
  [[nodiscard]] bool cyrillic() const noexcept;
  [[nodiscard]] const std::string& localized(const spelling& name) const noexcept {
    return cyrillic() ? name.cyrillic : name.latin;
  }
  /// Whether `v` is at least this version; compared by its two numbers.
  [[nodiscard]] bool version_is_at_least(int major, int minor) const noexcept;
  /// The caller's id: a user's, or a community's, negative. Zero for others.
  [[nodiscard]] std::int64_t actor() const noexcept;

  // The commands that change the world.
  [[nodiscard]] account_commands change_accounts() const { return {writable(), context}; }
  [[nodiscard]] community_commands change_communities() const { return {writable(), context}; }
  [[nodiscard]] friend_commands change_friends() const { return {writable(), context}; }
  [[nodiscard]] wall_commands change_walls() const { return {writable(), context}; }
  [[nodiscard]] upload_commands change_uploads() const { return {writable(), context}; }
  [[nodiscard]] message_commands change_messages() const { return {writable(), context}; }
  /// Long poll, callbacks and streams, whose settings are no part of the world.
  [[nodiscard]] transport_hub& transports() const noexcept {
    changed_ = true;
    return hub_;
  }
  [[nodiscard]] file_commands change_files() const {
    return {writable(), context, writable_files_};
  }
  /// Whether anything was handed out that can change the world.
  [[nodiscard]] bool changed() const noexcept { return changed_; }

 private:
  [[nodiscard]] world& writable() const noexcept {
    changed_ = true;
    return writable_;
  }

  mutable bool changed_ = false;
  world& writable_;
  file_registry& writable_files_;
  transport_hub& hub_;
};

struct method_entry {
  allowed who;
  boost::json::value (*run)(const method_call&) = nullptr;
  /// Whether the arguments are checked against VK's schema before it runs.
  bool checks_arguments = false;
  /// Whether it may read many thousands of entries of the world.
  bool slow = false;
};

using method_table = std::map<std::string, method_entry, std::less<>>;

/// All methods that the emulator implements, except `execute`.
[[nodiscard]] method_table standard_methods();

void add_users(method_table& table);
void add_groups(method_table& table);
void add_utils(method_table& table);
void add_database(method_table& table);
void add_likes(method_table& table);
void add_storage(method_table& table);
void add_wall(method_table& table);
void add_newsfeed(method_table& table);
void add_friends(method_table& table);
void add_status(method_table& table);
void add_messages(method_table& table);
void add_uploads(method_table& table);
void add_albums(method_table& table);
void add_removal(method_table& table);
void add_blacklist(method_table& table);
void add_transports(method_table& table);

/// A user as `users.get` shows them, with the requested fields.
[[nodiscard]] boost::json::object user_object(const method_call& request, const person& who,
                                              const std::vector<std::string>& fields);
/// A community as `groups.getById` shows it.
[[nodiscard]] boost::json::object group_object(const method_call& request, const community& group,
                                               const std::vector<std::string>& fields);
/// A post as `wall.get` shows it to the caller.
[[nodiscard]] boost::json::object post_object(const method_call& request, const wall_post& post);
/// Whether the post is visible: not deleted, not postponed.
[[nodiscard]] bool is_published(const method_call& request, const wall_post& post) noexcept;
/// Adds `profiles` and `groups`: the owners and authors of the posts with the requested `fields`.
void add_authors(const method_call& request, const std::vector<const wall_post*>& posts,
                 boost::json::object& result);
/// The number of UTF-8 characters.
[[nodiscard]] std::size_t characters(std::string_view text) noexcept;
/// 7 of `id7` if `id` is among the prefixes: the screen name that every account has.
[[nodiscard]] std::optional<std::int64_t> prefixed_id(
    std::string_view name, std::initializer_list<std::string_view> prefixes) noexcept;
/// A user by id, screen name or `id7`; null if there is none.
[[nodiscard]] const person* find_user(const world& state, std::string_view name) noexcept;
/// Answers `{count, items}` with those of the users, in their order, whose names have every word of
/// `q`, in either alphabet. Deleted and banned users are never found.
[[nodiscard]] boost::json::object search_users(const method_call& request,
                                               const std::vector<const person*>& among);
/// A community by id, screen name, `club2`, `public2` or `event2`; null if there is none.
[[nodiscard]] const community* find_group(const world& state, std::string_view name) noexcept;
/// A whole decimal number and nothing else.
[[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view text) noexcept;

}  // namespace vkxx::emulation::detail
