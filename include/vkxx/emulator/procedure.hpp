/// @file
/// Stored procedures of the emulator's application.
#pragma once

#include <string>

namespace vkxx::emulation {

/// A named VKScript, called as `execute.NAME`; the parameters of the call are its `Args`.
///
/// VK's page: https://dev.vk.com/mini-apps/settings/development/stored-procedures
///
/// Thread safety: distinct objects: safe.
class procedure {
 public:
  /// Version 1 of a procedure.
  /// @param name 1 to 100 Latin letters, without `execute.` before them.
  /// @param code compiled at once, run by every call.
  /// @throws std::invalid_argument if the name is invalid or the code does not compile; `what()`
  ///         contains the reason.
  procedure(std::string name, std::string code);

  /// The version, which a call selects with `func_v`; 1 by default.
  /// @throws std::invalid_argument if it is less than 1.
  procedure& version(int number);

  /// Without `execute.`.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// The script.
  [[nodiscard]] const std::string& code() const noexcept { return code_; }
  /// The `func_v` that selects it.
  [[nodiscard]] int version() const noexcept { return version_; }

 private:
  std::string name_;
  std::string code_;
  int version_ = 1;
};

}  // namespace vkxx::emulation
