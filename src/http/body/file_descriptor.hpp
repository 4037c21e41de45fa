// A file descriptor with an owner that closes it.
#pragma once

#include <unistd.h>

#include <utility>

namespace vkxx::http::detail {

class file_descriptor {
 public:
  file_descriptor() = default;
  explicit file_descriptor(int number) noexcept : number_{number} {}
  file_descriptor(file_descriptor&& other) noexcept
      : number_{std::exchange(other.number_, closed)} {}
  file_descriptor& operator=(file_descriptor&& other) noexcept {
    if (this != &other) {
      static_cast<void>(close());
      number_ = std::exchange(other.number_, closed);
    }
    return *this;
  }
  file_descriptor(const file_descriptor&) = delete;
  file_descriptor& operator=(const file_descriptor&) = delete;
  ~file_descriptor() { static_cast<void>(close()); }

  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] bool is_open() const noexcept { return number_ != closed; }
  /// Returns false, with `errno` set, if the system did not store the written data.
  [[nodiscard]] bool close() noexcept {
    return number_ == closed || ::close(std::exchange(number_, closed)) == 0;
  }

 private:
  static constexpr int closed = -1;

  int number_ = closed;
};

}  // namespace vkxx::http::detail
