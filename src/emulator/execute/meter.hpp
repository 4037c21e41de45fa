/// @file
/// Limits the work of a script.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>

namespace vkxx::emulation::detail::script {

/// Charges a script for the data of its operations, so that time and memory have one bound.
/// Every operation on values takes a meter and charges *before* it works.
///
/// The unit is a byte of text. A step costs 64 units, a part of a value that is copied or read
/// costs 8, so an operation on a long text or a large array counts as many steps.
class meter {
 public:
  static constexpr std::uint64_t units_of_step = 64;
  static constexpr std::uint64_t units_of_part = 8;

  explicit meter(std::uint64_t steps) : left_{steps * units_of_step} {}

  /// One operation. @throws script_runtime_error, as all of these, if the budget is used up.
  void step() { charge(units_of_step); }
  /// Charges text that is read, searched or copied.
  void text(std::size_t bytes) { charge(bytes); }
  /// Charges elements that are moved, compared or created.
  void parts(std::size_t count) { charge(count, units_of_part); }
  /// A whole value with its texts. @throws script_runtime_error also if it is nested too deeply
  void value(const boost::json::value& value) { walk(value, 0); }

  [[nodiscard]] std::uint64_t left() const noexcept { return left_; }

 private:
  void charge(std::uint64_t count, std::uint64_t units = 1);
  void walk(const boost::json::value& value, int depth);

  std::uint64_t left_;
};

}  // namespace vkxx::emulation::detail::script
