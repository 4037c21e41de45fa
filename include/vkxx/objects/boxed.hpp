/// @file
/// An optional value behind a pointer.
#pragma once

namespace vkxx {

/// An optional `T` on the heap: a type can contain itself (a message with the message it replies
/// to), and `T` may be incomplete where the member is declared. Copies are deep.
///
/// Thread safety: distinct objects: safe; shared objects: safe while no thread writes.
template <class T>
class boxed {
 public:
  boxed() noexcept = default;
  /// Holds `value`. Not explicit, so that a `T` can be assigned. A moved-from box is empty.
  boxed(T value)  // NOLINT(google-explicit-constructor)
      : value_{new T(static_cast<T&&>(value))} {}
  boxed(const boxed& other) : value_{other.value_ != nullptr ? new T(*other.value_) : nullptr} {}
  boxed(boxed&& other) noexcept : value_{other.value_} { other.value_ = nullptr; }
  /// Replaces the value.
  boxed& operator=(boxed other) noexcept {
    T* const before = value_;
    value_ = other.value_;
    other.value_ = before;
    return *this;
  }
  ~boxed() { delete value_; }

  /// Whether there is a value.
  [[nodiscard]] bool has_value() const noexcept { return value_ != nullptr; }
  explicit operator bool() const noexcept { return has_value(); }  ///< the same as `has_value()`
  /// Precondition of both, and of `->`: `has_value()`.
  [[nodiscard]] T& operator*() noexcept { return *value_; }
  [[nodiscard]] const T& operator*() const noexcept { return *value_; }
  [[nodiscard]] T* operator->() noexcept { return value_; }
  [[nodiscard]] const T* operator->() const noexcept { return value_; }

  /// Replaces the value with a new `T`.
  T& emplace() {
    *this = boxed{new T()};
    return *value_;
  }
  /// Removes the value.
  void reset() noexcept { *this = boxed{}; }

 private:
  explicit boxed(T* value) noexcept : value_{value} {}

  T* value_ = nullptr;  // a std::unique_ptr here would double the time to compile the objects
};

}  // namespace vkxx
