/// @file
/// VK's answer to a call.
#pragma once

#include <boost/json/fwd.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/result.hpp>

namespace vkxx {

namespace detail {
[[nodiscard]] error conversion_error(const std::string& method, const std::string& reason);
}  // namespace detail

/// A successful answer. Owns its bytes; cheap to copy. The replies of one `execute` (of a batch, of
/// `client::execute`) share its answer, which lives as long as any of them.
///
/// `json()` and `as()` need `<boost/json.hpp>` (or a part of it) in the program that uses them.
///
/// Thread safety: safe to share, since nothing in it changes.
class reply {
 public:
  /// A reply that did not come from VK: what an error handler may give as a call's result.
  explicit reply(boost::json::value response);

  /// The value of `response`. Integers keep 64 bits; a number that does not fit, or that has more
  /// digits than a `double` keeps, is exact in `text()` only.
  [[nodiscard]] const boost::json::value& json() const noexcept;
  /// The JSON text of `response` as VK wrote it, every digit of its numbers included; also of a
  /// call inside an `execute`. A view into the reply's bytes, which is found again each time:
  /// linear in the size of the answer.
  [[nodiscard]] std::string_view text() const;
  /// The whole answer as it was received (decompressed): the envelope with `response` in it. Of a
  /// call inside an `execute` it is an envelope around `text()`, made when it is first asked for.
  [[nodiscard]] const std::string& body() const;
  /// The errors of the calls inside an `execute`, in VK's order; each knows its method. The calls
  /// they belong to have given `false`.
  [[nodiscard]] const std::vector<error>& execute_errors() const noexcept;
  /// The method that was called.
  [[nodiscard]] const std::string& method() const noexcept;

  /// The response as a `T`, by `boost::json::value_to` (write a `tag_invoke` for your own types, or
  /// describe them with Boost.Describe). Throws `protocol_exception` if it does not fit.
  template <class T>
  [[nodiscard]] T as() const {
    return try_as<T>().value();
  }
  /// The same without an exception.
  template <class T>
  [[nodiscard]] result<T> try_as() const {
    auto converted = boost::json::try_value_to<T>(json());
    if (converted.has_error()) {
      return detail::conversion_error(method(), converted.error().message());
    }
    return std::move(*converted);
  }

 private:
  struct state;
  friend class reply_builder;
  explicit reply(std::shared_ptr<const state> made);

  std::shared_ptr<const state> state_;
};

}  // namespace vkxx
