/// @file
/// The bytes of one recorded change: numbers and texts, one after the other.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

/// A record that was not written by this emulator.
class record_failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class record_writer {
 public:
  record_writer& number(std::uint64_t value) {
    for (int byte = 0; byte < 8; ++byte, value >>= 8U)
      bytes_ += static_cast<char>(static_cast<unsigned char>(value));
    return *this;
  }
  record_writer& number(std::int64_t value) { return number(static_cast<std::uint64_t>(value)); }
  record_writer& text(std::string_view value) {
    number(std::uint64_t{value.size()});
    bytes_ += value;
    return *this;
  }
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

 private:
  std::string bytes_;
};

class record_reader {
 public:
  explicit record_reader(std::string_view bytes) : left_{bytes} {}

  /// @throws record_failure if the record ends before
  [[nodiscard]] std::uint64_t natural() {
    const auto bytes = take(8);
    std::uint64_t value = 0;
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte)
      value = (value << 8U) | static_cast<unsigned char>(*byte);
    return value;
  }
  [[nodiscard]] std::int64_t integer() { return static_cast<std::int64_t>(natural()); }
  [[nodiscard]] std::string text() { return std::string{take(natural())}; }
  /// A number of things that follow, each of which takes some bytes.
  [[nodiscard]] std::uint64_t count() {
    const auto value = natural();
    if (value > left_.size()) throw record_failure{"the record is shorter than it says"};
    return value;
  }
  [[nodiscard]] bool empty() const noexcept { return left_.empty(); }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > left_.size()) throw record_failure{"the record is shorter than it says"};
    const auto taken = left_.substr(0, static_cast<std::size_t>(size));
    left_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view left_;
};

}  // namespace vkxx::emulation::detail
