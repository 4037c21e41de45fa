/// @file
/// The base of the classes of all methods.
///
/// An object of such a class is a call: encoded parameters, the type of the result, and facts. A
/// client executes it (`client.call(vkxx::api::users::get{}.user_ids("durov"))`).
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include <vkxx/api/facts.hpp>
#include <vkxx/api/list.hpp>
#include <vkxx/client/paging.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/objects/decode.hpp>

namespace vkxx {

/// A `bool`, but nothing that converts to one (a text, a pointer, a number).
class flag {
 public:
  /// Of a `bool` only. Not explicit, so that `true` can be passed directly.
  template <std::same_as<bool> Bool>
  constexpr flag(Bool value) noexcept : value_{value} {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] constexpr bool value() const noexcept { return value_; }  ///< the flag

 private:
  bool value_;
};

/// A required argument with a name, for methods that take two of one type.
template <class Tag, class T>
class named_argument {
 public:
  /// The argument `value` under the name that `Tag` stands for.
  constexpr explicit named_argument(T value) : value_{value} {}
  /// The argument itself.
  [[nodiscard]] constexpr const T& value() const noexcept { return value_; }

 private:
  T value_;
};

/// The base of all methods.
///
/// Setters return a reference to the object, so that they chain; a later value replaces an earlier
/// one. Values that cannot be sent are reported when the method is called.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class typed_method {
 public:
  /// The decoder of a result finds out whether its text is JSON.
  static constexpr bool checks_json = true;

  /// The method and its parameters as an untyped request.
  [[nodiscard]] vkxx::request to_request() const;
  /// The parameters as they are sent.
  [[nodiscard]] const vkxx::parameters& encoded() const noexcept { return parameters_; }
  /// Whether all parameters are within their limits: fails with `errc::invalid_argument`, naming
  /// the first that is not (`count should be at most 200`). VK checks the same limits; this check
  /// saves the request.
  [[nodiscard]] result<void> check_limits() const;

 protected:
  /// `facts` must live as long as the object; the generated ones are constants.
  explicit typed_method(const method_facts& facts) noexcept : facts_{&facts} {}
  typed_method(const typed_method&) = default;
  typed_method(typed_method&&) = default;
  typed_method& operator=(const typed_method&) = default;
  typed_method& operator=(typed_method&&) = default;
  ~typed_method() = default;

  /// Sets a parameter, replacing an earlier value.
  void put_integer(std::string_view name, std::int64_t value);
  /// As `put_integer`, in the shortest form that preserves the number.
  void put_number(std::string_view name, double value);
  /// As `put_integer`: `1` or `0`.
  void put_flag(std::string_view name, bool value);
  /// As `put_integer`, unchanged.
  void put_text(std::string_view name, std::string_view value);

  /// The values and the items of ranges, joined by commas; without values the parameter does not
  /// change.
  template <class Items, class... Values>
  void put_list(std::string_view name, const Values&... values) {
    std::string list;
    (detail::add_value<Items>(list, values), ...);
    if (sizeof...(values) > 0) put_text(name, list);
  }
  /// An object as JSON text.
  template <class T>
  void put_json(std::string_view name, const T& value) {
    put_text(name, encode(value));
  }

 private:
  const method_facts* facts_;
  vkxx::parameters parameters_;
};

/// A generated class of a method.
template <class M>
concept method_class = std::derived_from<M, typed_method> && requires {
  typename M::result_type;
  { M::facts.name } -> std::convertible_to<std::string_view>;
};

/// The result of `Method` from the JSON text of `response` in VK's answer. Clients find it by
/// argument-dependent lookup; the pointer only carries the type and may be null. `keep_raw`:
/// whether objects keep their JSON. Fails as `decode` does.
template <method_class Method>
[[nodiscard]] result<typename Method::result_type> decode_answer(const Method*,
                                                                 std::string_view response,
                                                                 bool keep_raw = false) {
  decode_options options;
  options.keep_raw = keep_raw;
  return decode<typename Method::result_type>(response, options);
}

}  // namespace vkxx
