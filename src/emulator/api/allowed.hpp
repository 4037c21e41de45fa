/// @file
/// Who may call a method.
#pragma once

namespace vkxx::emulation::detail {

/// The kinds of token that a method accepts.
struct allowed {
  bool user = true;
  bool community = false;
  bool service = false;
  bool nobody = false;  ///< The method may be called with no token at all.
};

}  // namespace vkxx::emulation::detail
