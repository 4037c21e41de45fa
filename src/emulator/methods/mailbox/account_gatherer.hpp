/// @file
/// The users and communities that an extended answer shows.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "emulator/methods/mailbox/messages_request.hpp"

namespace vkxx::emulation::detail {

class account_gatherer {
 public:
  explicit account_gatherer(const method_call& request)
      : request_{request}, extended_{request.flag("extended")} {}

  void add(std::int64_t member) {
    if (extended_) members_.insert(member);
  }
  /// The authors of a message and of what it forwards.
  void add(const message& entry);
  /// The other side of a private conversation, or the owner of a chat.
  void add(const seen_conversation& seen);
  /// Adds `profiles` and `groups` with the requested `fields` if the call is `extended`.
  void show(boost::json::object& answer) const;
  void always() noexcept { extended_ = true; }

 private:
  void add(const message_snapshot& taken);

  const method_call& request_;
  bool extended_;
  std::set<std::int64_t> members_;
};

}  // namespace vkxx::emulation::detail
