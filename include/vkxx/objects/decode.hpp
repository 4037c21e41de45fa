/// @file
/// Decodes objects from JSON and encodes them.
///
/// ```cpp
/// auto user = vkxx::decode<vkxx::api::users::user_full>(text).value();
/// std::string text = vkxx::encode(keyboard);
/// ```
///
/// Works for every object and every method's result; other types do not link.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/result.hpp>

namespace vkxx {

/// A value in the JSON that does not fit its field.
struct decode_issue {
  std::string path;    ///< where: `response.items[2].city.id`
  std::string reason;  ///< `expected an integer, found an object`
};

/// Options of decoding.
struct decode_options {
  /// Makes everything that the decoder normally tolerates (unknown fields and enum values, loose
  /// types, missing required fields) an error. For tests.
  bool strict = false;
  /// Whether every object stores its JSON (`object.raw_json.text()`).
  bool keep_raw = false;
  /// The maximum depth of nested objects and lists; deeper ones are issues.
  std::size_t maximum_depth = 64;
  /// The maximum memory of objects and lists in bytes, counted while they are created. 0: eight
  /// times the size of the text, but at least 64 MiB. VK's own answers need far less; a forged one
  /// (`[{},{},…]`) would take a thousand times its size.
  std::size_t memory_limit = 0;
  /// Receives the values that do not fit; their fields stay empty. May be null.
  std::vector<decode_issue>* issues = nullptr;
};

namespace detail {

struct codec;
// Instantiated in the library for every object and every result.
template <class T>
const codec& codec_for() noexcept;

// Reads `json`, or its member "response". Fails if it is not JSON, or (strict) with the first
// issue.
[[nodiscard]] result<void> read_document(std::string_view json, bool envelope,
                                         const codec& value_codec, void* value,
                                         const decode_options& options);
[[nodiscard]] std::string write_document(const codec& value_codec, const void* value);

template <class T>
result<T> decode(std::string_view json, bool envelope, const decode_options& options) {
  T value{};
  auto read = read_document(json, envelope, codec_for<T>(), &value, options);
  if (!read) return read.error();
  return value;
}

}  // namespace detail

/// Decodes `json` as a `T`. Fails with `errc::not_json` if it is not JSON, with
/// `errc::unexpected_type` if it is of another kind than `T` (strict: if any value in it does not
/// fit), and with `errc::answer_too_large` if it would take more memory than
/// `decode_options::memory_limit`.
template <class T>
[[nodiscard]] result<T> decode(std::string_view json, const decode_options& options = {}) {
  return detail::decode<T>(json, false, options);
}

/// Decodes the member `"response"` of an answer of VK as a `T`.
template <class T>
[[nodiscard]] result<T> decode_response(std::string_view envelope,
                                        const decode_options& options = {}) {
  return detail::decode<T>(envelope, true, options);
}

/// Encodes `value` as JSON. Omits fields without a value.
template <class T>
[[nodiscard]] std::string encode(const T& value) {
  return detail::write_document(detail::codec_for<T>(), &value);
}

}  // namespace vkxx
