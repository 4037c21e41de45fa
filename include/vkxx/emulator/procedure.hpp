/// @file
/// Stored procedures of the emulator's application.
#pragma once

#include <string>

namespace vkxx::emulation {

/// VKScript that is kept under a name and called as `execute.NAME`; the parameters of the call are
/// its `Args`.
///
/// VK's page: https://dev.vk.com/mini-apps/settings/development/stored-procedures
///
/// Thread safety: distinct objects: safe.
class procedure {
 public:
  /// Version 1 of a procedure.
  /// @param name 1 to 100 Latin letters, without `execute.` before them.
  /// @param code compiled here, run by every call.
  /// @throws std::invalid_argument when the name is none, or says why the code does not compile.
  procedure(std::string name, std::string code);

  /// Which version this is: what a call asks for with `func_v`.
  /// @throws std::invalid_argument when it is less than 1.
  procedure& version(int number);

  /// Without `execute.` before it.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// The script, as it was given.
  [[nodiscard]] const std::string& code() const noexcept { return code_; }
  /// What `func_v` has to be for it.
  [[nodiscard]] int version() const noexcept { return version_; }

 private:
  std::string name_;
  std::string code_;
  int version_ = 1;
};

}  // namespace vkxx::emulation
