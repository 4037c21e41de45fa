/// @file
/// Makes conversations that were read a part of the world again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "emulator/saving/archive/snapshot_reader.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// Refuses what no command could have made, and computes what follows from the rest: counts,
/// orders, mailboxes, indexes.
class message_rebuilding {
 public:
  message_rebuilding(const snapshot_reader& from, message_book& book, const world& state)
      : from_{from}, book_{book}, state_{state} {}

  /// @param ids the next id of each mailbox.
  void run(const std::map<std::int64_t, std::uint32_t>& ids);

  [[noreturn]] void refuse(std::string_view reason, conversation_id where) const;
  [[noreturn]] void refuse_all(std::string_view reason) const;

 private:
  void check(conversation& where) const;
  void check_chat(const conversation& where) const;
  void check_message(const conversation& where, const message& entry) const;
  void check_extra(const conversation& where, const message& entry) const;
  void check_view(const conversation& where, const member_view& view) const;
  void check_member(const conversation& where, std::int64_t member, std::string_view part) const;

  const snapshot_reader& from_;
  message_book& book_;
  const world& state_;
};

}  // namespace vkxx::emulation::detail
