/// @file
/// The fields of a user, as `fields` of `users.get` names them.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {

/// A user as the caller sees them.
struct seen_person {
  const method_call& request;
  const person& who;
  /// The profile is open to the caller.
  bool open = true;
};

[[nodiscard]] seen_person seen_person_by(const method_call& request, const person& who);

/// Adds what the field stands for, often a member of the same name; unknown names add nothing. The
/// values that the world does not know follow from the id.
void add_user_field(boost::json::object& shown, const seen_person& seen, std::string_view field);

/// An address of a picture of the user: `50`, `200_orig` …
[[nodiscard]] std::string user_picture(const seen_person& seen, std::string_view size);
/// A number below `bound` that follows from an id and what it is for.
[[nodiscard]] std::int64_t invented_number(std::int64_t id, std::string_view purpose,
                                           std::int64_t bound) noexcept;

}  // namespace vkxx::emulation::detail
