/// @file
/// VK's answer to a call.
#pragma once

#include <boost/json/fwd.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/conversion.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx {
namespace detail {
class reply_builder;
struct reply_state;
}  // namespace detail

/// A successful answer. Owns its bytes; cheap to copy. The replies of one `execute` (of a batch, of
/// `client::execute`) share its answer, which lives as long as any of them.
///
/// `json()` needs `<boost/json.hpp>` (or a part of it) in the program that uses it.
///
/// Thread safety: safe to share.
class reply {
 public:
  /// A reply that did not come from VK: an error handler may return it as a call's result. Throws
  /// `usage_exception` if a number in it is infinite or NaN.
  explicit reply(boost::json::value response);

  /// The value of `response`. Integers keep 64 bits.
  ///
  /// The tree of values is built by the first call and lives as long as the reply. It takes several
  /// times the memory of `text()`. Throws `protocol_exception` (`errc::answer_too_large`) for an
  /// answer whose tree takes more than eight times its size and more than 64 MiB, such as a list of
  /// millions of short numbers; std::bad_alloc.
  [[nodiscard]] const boost::json::value& json() const;
  /// The JSON text of `response` as VK wrote it, every digit of its numbers included; also of a
  /// call inside an `execute`. Lives as long as the reply.
  [[nodiscard]] std::string_view text() const noexcept;
  /// The whole answer as received (decompressed): the envelope with `response` in it. Only a byte
  /// order mark is removed, and half a surrogate pair is replaced by U+FFFD. For a call inside an
  /// `execute` it is created by the first call.
  [[nodiscard]] const std::string& body() const;
  /// The errors of the calls inside an `execute`, in VK's order; each has its method. The failed
  /// calls have `false` in the response.
  [[nodiscard]] const std::vector<error>& execute_errors() const noexcept;
  /// The method that was called.
  [[nodiscard]] const std::string& method() const noexcept;

  /// The response as a `T`: a number, `bool`, `std::string`, enumeration, an id of vkxx, a struct
  /// described with `BOOST_DESCRIBE_STRUCT`, `boost::json::value` for anything, or lists, maps and
  /// `std::optional`s of these, nested to any depth.
  ///
  /// As tolerant as VK's types require: unknown members of the JSON are ignored; a `std::optional`
  /// is empty for null and for a missing member; numbers may be texts, and booleans 0 and 1;
  /// `false`, null and `[]` are an empty list, map or struct. Enumerators are matched by name or by
  /// number. All other mismatches, including a missing member that is not a `std::optional`, are
  /// errors that say where: `[3].city.title: expected a text, got 5`. A type with a `tag_invoke`
  /// for `boost::json::value_to_tag` is converted by that.
  ///
  /// Throws `protocol_exception` if it does not fit: `errc::unexpected_type`, with the effect
  /// `executed` (VK has answered) and VK's JSON in `error::answer()`.
  template <class T>
  [[nodiscard]] T as() const {
    return try_as<T>().value();
  }
  /// The same without an exception.
  template <class T>
  [[nodiscard]] result<T> try_as() const {
    T value{};
    detail::conversion_fault fault;
    const auto* tree = json_in_bounds();
    if (tree == nullptr) return too_large();
    if (!detail::convert(detail::json_view{*tree}, value, fault)) return misfit(fault.text());
    return value;
  }

  /// The error of an answer that was received but cannot be used: `code` and `reason`, with the
  /// facts of this reply. For custom decoders.
  [[nodiscard]] error misfit(errc code, const std::string& reason) const;

 private:
  friend class detail::reply_builder;
  explicit reply(std::shared_ptr<const detail::reply_state> content);
  [[nodiscard]] error misfit(const std::string& reason) const;
  // Null: it takes too much memory.
  [[nodiscard]] const boost::json::value* json_in_bounds() const;
  [[nodiscard]] error too_large() const;

  std::shared_ptr<const detail::reply_state> state_;
};

}  // namespace vkxx
