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
/// Thread safety: safe to share, since nothing in it changes.
class reply {
 public:
  /// A reply that did not come from VK: what an error handler may give as a call's result.
  explicit reply(boost::json::value response);

  /// The value of `response`. Integers keep 64 bits.
  ///
  /// The tree of values is built when it is first asked for, by the thread that asks, and lives as
  /// long as the reply. It takes several times the memory of `text()`. Throws `protocol_exception`
  /// (`errc::answer_too_large`) for an answer that was made to take more than eight times its size
  /// and more than 64 MiB, a list of millions of short numbers for example; std::bad_alloc.
  [[nodiscard]] const boost::json::value& json() const;
  /// The JSON text of `response` as VK wrote it, every digit of its numbers included; also of a
  /// call inside an `execute`. Lives as long as the reply.
  [[nodiscard]] std::string_view text() const noexcept;
  /// The whole answer as it was received (decompressed): the envelope with `response` in it. Only
  /// a byte order mark is taken away, and U+FFFD stands where VK sent half a surrogate pair. Of a
  /// call inside an `execute` it is written when it is first asked for.
  [[nodiscard]] const std::string& body() const;
  /// The errors of the calls inside an `execute`, in VK's order; each knows its method. The calls
  /// they belong to have given `false`.
  [[nodiscard]] const std::vector<error>& execute_errors() const noexcept;
  /// The method that was called.
  [[nodiscard]] const std::string& method() const noexcept;

  /// The response as a `T`: a number, `bool`, `std::string`, enumeration, an id of vkxx, a struct
  /// described with `BOOST_DESCRIBE_STRUCT`, `boost::json::value` for whatever comes, or lists,
  /// maps and `std::optional`s of these, in each other as deep as you like.
  ///
  /// As loose as VK is: members of the JSON that a struct does not have are ignored; a
  /// `std::optional` is empty for null and for a member that is missing; numbers may stand as
  /// texts, and booleans as 0 and 1; `false`, null and `[]` are an empty list, map or struct.
  /// Enumerators go by name or by number. Everything else that does not fit, a missing member that
  /// is no `std::optional` among it, is an error that says where: `[3].city.title: expected a text,
  /// got 5`. A type with a `tag_invoke` for `boost::json::value_to_tag` is made by that.
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

  /// The error of an answer that was received and could not be used: `code` and `reason`, and all
  /// that this reply knows. For those who decode by themselves.
  [[nodiscard]] error misfit(errc code, const std::string& reason) const;

 private:
  friend class detail::reply_builder;
  explicit reply(std::shared_ptr<const detail::reply_state> content);
  [[nodiscard]] error misfit(const std::string& reason) const;
  // Null: it would take too much memory.
  [[nodiscard]] const boost::json::value* json_in_bounds() const;
  [[nodiscard]] error too_large() const;

  std::shared_ptr<const detail::reply_state> state_;
};

}  // namespace vkxx
