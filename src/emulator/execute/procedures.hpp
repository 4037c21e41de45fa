/// @file
/// The stored procedures by name and version.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/emulator/procedure.hpp>

namespace vkxx::emulation::detail {

/// The prefix of a stored procedure in a call.
inline constexpr std::string_view procedure_prefix = "execute.";

class procedure_book {
 public:
  /// Adds a procedure, or replaces the one with the same name and version.
  void add(procedure value);
  /// Null if there is no such procedure or version.
  [[nodiscard]] const procedure* find(std::string_view name, int version) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept;
  /// By name, then by version.
  [[nodiscard]] std::vector<procedure> all() const;

 private:
  std::map<std::string, std::map<int, procedure>, std::less<>> kept_;
};

}  // namespace vkxx::emulation::detail
