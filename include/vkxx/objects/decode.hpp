/// @file
/// JSON into objects, and objects into JSON.
///
/// ```cpp
/// auto user = vkxx::decode<vkxx::api::users::user_full>(text).value();
/// std::string text = vkxx::encode(keyboard);
/// ```
///
/// Works for every object and every method's result; for another type the program does not link.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/result.hpp>

namespace vkxx {

/// Something in the JSON that did not fit its field.
struct decode_issue {
  std::string path;  ///< where: `response.items[2].city.id`
  std::string what;  ///< `expected an integer, found an object`
};

/// How decoding goes about what does not fit.
struct decode_options {
  /// Whether everything that the tolerant decoder bears (unknown fields and enum values, loose
  /// types, missing required fields) is an error. For tests.
  bool strict = false;
  /// Whether every object keeps the JSON that it came from (`object.raw_json.text()`).
  bool keep_raw = false;
  /// How deep objects and lists may stand in each other; deeper ones are issues.
  std::size_t maximum_depth = 64;
  /// How many bytes the objects and lists may take, counted as they are made. 0: eight times the
  /// size of the text, but at least 64 MiB. VK's own answers stay far below; one that was made up
  /// (`[{},{},…]`) would take a thousand times its size.
  std::size_t memory_limit = 0;
  /// Where values that did not fit are told of; they leave their fields empty. May be null.
  std::vector<decode_issue>* issues = nullptr;
};

namespace detail {

struct codec;
// Made in the library for every object and every result.
template <class T>
const codec& codec_for() noexcept;

// Reads `json`, or what stands in it under "response". An error: not JSON at all, or (strict) the
// first issue.
[[nodiscard]] result<void> read_document(std::string_view json, bool envelope, const codec& how,
                                         void* value, const decode_options& options);
[[nodiscard]] std::string write_document(const codec& how, const void* value);

template <class T>
result<T> decode(std::string_view json, bool envelope, const decode_options& options) {
  T value{};
  auto read = read_document(json, envelope, codec_for<T>(), &value, options);
  if (!read) return read.error();
  return value;
}

}  // namespace detail

/// `json` as a `T`. Fails with `errc::not_json` if it is no JSON, with `errc::unexpected_type` if
/// the whole is of another kind than `T` (or, strict, if anything in it does not fit), with
/// `errc::answer_too_large` if it would take more memory than `decode_options::memory_limit`.
template <class T>
[[nodiscard]] result<T> decode(std::string_view json, const decode_options& options = {}) {
  return detail::decode<T>(json, false, options);
}

/// The same for what stands under `"response"` in an answer of VK.
template <class T>
[[nodiscard]] result<T> decode_response(std::string_view envelope,
                                        const decode_options& options = {}) {
  return detail::decode<T>(envelope, true, options);
}

/// `value` as JSON. Optional fields that are empty are left out.
template <class T>
[[nodiscard]] std::string encode(const T& value) {
  return detail::write_document(detail::codec_for<T>(), &value);
}

}  // namespace vkxx
