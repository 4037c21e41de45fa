/// @file
/// All users, communities and tokens, found by id and name.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <vkxx/emulator/world_tokens.hpp>

#include "emulator/world/accounts/account_types.hpp"

namespace vkxx::emulation::detail {

/// Addresses of its entries are stable.
class directory {
 public:
  /// The initial accounts, which are always the same.
  directory();

  [[nodiscard]] const token_record* token(std::string_view text) const noexcept;
  [[nodiscard]] world_tokens tokens() const;
  [[nodiscard]] const person* find_person(std::int64_t id) const noexcept;
  [[nodiscard]] const person* find_person(std::string_view screen_name) const noexcept;
  [[nodiscard]] const community* find_community(std::int64_t id) const noexcept;
  [[nodiscard]] const community* find_community(std::string_view screen_name) const noexcept;
  [[nodiscard]] const city* find_city(std::int64_t id) const noexcept;
  [[nodiscard]] const std::deque<person>& people() const noexcept { return people_; }
  [[nodiscard]] const std::deque<community>& communities() const noexcept { return communities_; }
  [[nodiscard]] bool administers(std::int64_t user, std::int64_t community) const noexcept;

  void add_token(token_record record);
  void revoke_token(std::string_view text, std::string trouble);
  /// @return the entry, or null if its id or screen name is taken.
  person* add(person entry);
  community* add(community entry);
  [[nodiscard]] person* editable_person(std::int64_t id) noexcept;
  [[nodiscard]] community* editable_community(std::int64_t id) noexcept;

 private:
  template <class>
  friend struct saved_part;

  std::deque<token_record> tokens_;
  std::unordered_map<std::string_view, token_record*> token_index_;
  std::vector<city> cities_;
  std::deque<person> people_;
  std::deque<community> communities_;
  std::unordered_map<std::int64_t, person*> person_index_;
  std::unordered_map<std::int64_t, community*> community_index_;
  /// Of users positive, of communities negative ids.
  std::unordered_map<std::string_view, std::int64_t> names_;
};

/// Creates the initial world.
[[nodiscard]] std::vector<token_record> first_tokens();
[[nodiscard]] std::vector<city> first_cities();
[[nodiscard]] std::vector<person> first_people();
[[nodiscard]] std::vector<community> first_communities();

}  // namespace vkxx::emulation::detail
