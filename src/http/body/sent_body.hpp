// The body of a request as libcurl reads it from a source.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <vkxx/core/error.hpp>
#include <vkxx/http/body.hpp>

namespace vkxx::http::detail {

/// Reads exactly as many bytes as were announced, or fails. Nothing that the source throws gets
/// out.
class sent_body {
 public:
  /// Opens `source`, which must live until `end`. The error is the source's.
  [[nodiscard]] std::optional<error> begin(const body_source& source);
  /// Goes back to the front if something was read; false: it failed.
  [[nodiscard]] bool rewind();
  /// The number of bytes read, 0 at the end; nothing: it failed.
  [[nodiscard]] std::optional<std::size_t> read(std::span<char> buffer);
  /// Why the body cannot be sent; nothing: it can.
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
