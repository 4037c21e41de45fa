// The body of a request, read by libcurl from a source.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <vkxx/core/error.hpp>
#include <vkxx/http/body.hpp>

namespace vkxx::http::detail {

/// Reads exactly the announced number of bytes, or fails. Catches everything the source throws.
class sent_body {
 public:
  /// Opens `source`, which must live until `end`. Returns the source's error, if any.
  [[nodiscard]] std::optional<error> begin(const body_source& source);
  /// Goes back to the start if anything was read. Returns false on failure.
  [[nodiscard]] bool rewind();
  /// Returns the number of bytes read, 0 at the end, or an empty optional on failure.
  [[nodiscard]] std::optional<std::size_t> read(std::span<char> buffer);
  /// Whether all of it was read. True without a body.
  [[nodiscard]] bool whole() const noexcept { return read_ == size_; }
  /// Why the body cannot be sent, if it cannot.
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }
  void end() noexcept;

 private:
  const body_source* source_ = nullptr;
  std::unique_ptr<body_reader> reader_;
  std::uint64_t size_ = 0;
  std::uint64_t read_ = 0;
  std::optional<error> failure_;
};

}  // namespace vkxx::http::detail
