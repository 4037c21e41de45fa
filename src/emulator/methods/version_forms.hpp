/// @file
/// Answers that VK gives in another form to callers of older versions.
#pragma once

#include <boost/json/value.hpp>
#include <span>
#include <string_view>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {

struct version_form {
  std::string_view method;
  int major = 5;
  int minor = 0;           ///< The first version with the current form.
  std::string_view older;  ///< What older versions get, in words.
  boost::json::value (*change)(const method_call&, boost::json::value) = nullptr;
};

[[nodiscard]] std::span<const version_form> all_version_forms() noexcept;
/// The answer in the form of the call's version.
[[nodiscard]] boost::json::value in_version(std::string_view method, const method_call& request,
                                            boost::json::value answer);

}  // namespace vkxx::emulation::detail
