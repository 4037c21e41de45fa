/// @file
/// VK's schema as tables: every method with its parameters, tokens, errors and answers, every
/// object, error and event.
///
/// The tables do not depend on the client or its generated classes, so an emulator built on them
/// does not share their mistakes. Every class is a small view of constant data: copying is cheap,
/// all functions are thread-safe, and none throws unless documented.
///
/// ```cpp
/// auto method = vkxx::schema_tables::find_method("users.get");
/// for (auto parameter : method->parameters()) parameter.name();
/// ```
///
/// Source: VK's JSON schema, https://github.com/VKCOM/vk-api-schema, with this project's overlays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <vkxx/core/token_kind.hpp>

namespace vkxx::schema_tables {

/// A range of rows. Each element is a `T` created from its row number.
template <class T>
class list {
 public:
  /// Steps from row to row.
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = T;
    iterator() = default;
    /// Refers to row `row`.
    explicit iterator(std::size_t row) noexcept : row_{row} {}
    T operator*() const noexcept { return T{row_}; }
    iterator& operator++() noexcept {
      ++row_;
      return *this;
    }
    iterator operator++(int) noexcept {
      auto before = *this;
      ++row_;
      return before;
    }
    friend bool operator==(iterator, iterator) = default;

   private:
    std::size_t row_ = 0;
  };

  /// `count` rows from `first` on.
  list(std::size_t first, std::size_t count) noexcept : first_{first}, count_{count} {}
  [[nodiscard]] iterator begin() const noexcept { return iterator{first_}; }
  [[nodiscard]] iterator end() const noexcept { return iterator{first_ + count_}; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  /// Precondition: `position < size()`.
  [[nodiscard]] T operator[](std::size_t position) const noexcept { return T{first_ + position}; }

 private:
  std::size_t first_, count_;
};

/// The kind of a value, on the wire and in JSON.
enum class kind : std::uint8_t {
  boolean,   ///< `true` or `false`; as a parameter `1` or `0`
  bool_int,  ///< a number, 0 or 1
  integer,   ///< up to 64 bits
  number,    ///< with or without a fraction
  string,
  string_enum,   ///< one of `type::values()`
  integer_enum,  ///< a number, one of `type::values()`
  array,         ///< of `type::item()`; as a parameter joined by commas
  object,        ///< with `type::fields()`
  one_of,        ///< one of `type::alternatives()`
  any,           ///< any JSON
  scalar,        ///< a text, a number or a boolean
};

/// A named text of a table, read as a value.
class value_text {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit value_text(std::size_t row) noexcept : row_{row} {}
  /// The text. Not explicit, so that it is used like one.
  operator std::string_view() const noexcept;  // NOLINT(google-explicit-constructor)

 private:
  std::size_t row_;
};

class field;
class type;

/// A value of a discriminator and the alternative that it selects.
class mapping {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit mapping(std::size_t row) noexcept : row_{row} {}
  /// The value of the discriminator's field.
  [[nodiscard]] std::string_view value() const noexcept;
  /// A position in `type::alternatives()`.
  [[nodiscard]] std::size_t alternative() const noexcept;

 private:
  std::size_t row_;
};

/// One of the alternatives of a `kind::one_of`.
class alternative {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit alternative(std::size_t row) noexcept : row_{row} {}
  /// Its type. Not explicit, so that it is used like one.
  operator type() const noexcept;  // NOLINT(google-explicit-constructor)

 private:
  std::size_t row_;
};

/// The type of a parameter, a field, an item, an answer.
class type {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit type(std::size_t row) noexcept : row_{row} {}
  /// Determines which of the other functions return a value.
  [[nodiscard]] schema_tables::kind kind() const noexcept;
  /// For integers and numbers.
  [[nodiscard]] std::optional<std::int64_t> minimum() const noexcept;
  /// For integers and numbers.
  [[nodiscard]] std::optional<std::int64_t> maximum() const noexcept;
  /// For strings, in characters.
  [[nodiscard]] std::optional<std::size_t> min_length() const noexcept;
  /// For strings, in characters.
  [[nodiscard]] std::optional<std::size_t> max_length() const noexcept;
  /// For arrays.
  [[nodiscard]] std::optional<std::size_t> min_items() const noexcept;
  /// For arrays.
  [[nodiscard]] std::optional<std::size_t> max_items() const noexcept;
  /// Whether a string is an address.
  [[nodiscard]] bool is_uri() const noexcept;
  /// For the two enum kinds, the values as written; empty for the others.
  [[nodiscard]] list<value_text> values() const noexcept;
  /// Precondition: `kind::array`.
  [[nodiscard]] type item() const noexcept;
  /// VK's name of an object or a union; empty for the others.
  [[nodiscard]] std::string_view name() const noexcept;
  /// For objects; empty for the others.
  [[nodiscard]] list<field> fields() const noexcept;
  /// For `kind::one_of`; empty for the others.
  [[nodiscard]] list<schema_tables::alternative> alternatives() const noexcept;
  /// The field that distinguishes the alternatives of `kind::one_of`; empty if their JSON kinds do.
  [[nodiscard]] std::string_view discriminator() const noexcept;
  /// The values of the discriminator and their alternatives; empty without a discriminator.
  [[nodiscard]] list<mapping> mappings() const noexcept;
  friend bool operator==(type, type) = default;

 private:
  std::size_t row_;
};

/// A field of an object.
class field {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit field(std::size_t row) noexcept : row_{row} {}
  /// VK's spelling.
  [[nodiscard]] std::string_view name() const noexcept;
  /// The type of its value.
  [[nodiscard]] schema_tables::type type() const noexcept;
  /// Whether VK's schema guarantees it in every such object.
  [[nodiscard]] bool required() const noexcept;

 private:
  std::size_t row_;
};

/// An object of VK's schema, or the body of a response.
class object {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit object(std::size_t row) noexcept : row_{row} {}
  /// The spelling of VK's schema, such as `users_user_full`.
  [[nodiscard]] std::string_view name() const noexcept;
  /// In the order of the schema.
  [[nodiscard]] list<field> fields() const noexcept;

 private:
  std::size_t row_;
};

/// A parameter of a method.
class parameter {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit parameter(std::size_t row) noexcept : row_{row} {}
  /// VK's spelling.
  [[nodiscard]] std::string_view name() const noexcept;
  /// The type of its value.
  [[nodiscard]] schema_tables::type type() const noexcept;
  /// Whether VK returns error 100 without it.
  [[nodiscard]] bool required() const noexcept;
  /// Whether the value is JSON text.
  [[nodiscard]] bool json() const noexcept;
  /// VK's default if it is not sent, as text. Empty if the schema does not specify one.
  [[nodiscard]] std::optional<std::string_view> default_value() const noexcept;

 private:
  std::size_t row_;
};

/// A parameter that a request must have to get an answer of a certain form.
class condition {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit condition(std::size_t row) noexcept : row_{row} {}
  /// The name of the parameter.
  [[nodiscard]] std::string_view parameter() const noexcept;
  /// The required text; empty if any non-empty text fits.
  [[nodiscard]] std::string_view value() const noexcept;

 private:
  std::size_t row_;
};

/// How an answer that is a long list is paged.
class paged_list {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit paged_list(std::size_t row) noexcept : row_{row} {}
  /// The path of the list in the response, such as `items` or `messages.items`; empty if the
  /// response is the list. `[].users.items`: each element of the response has its own list there.
  [[nodiscard]] std::string_view items() const noexcept;
  /// The identity of an item: alternatives separated by `|`. Each consists of members separated by
  /// commas, and each member is a name or a dotted path (`owner_id,id|id`). `.` is the whole item.
  /// Empty without an identity.
  [[nodiscard]] std::string_view identity() const noexcept;
  /// The parameter for the number of items to skip; empty without one.
  [[nodiscard]] std::string_view offset_parameter() const noexcept;
  /// The parameter for the size of a page; empty without one.
  [[nodiscard]] std::string_view size_parameter() const noexcept;
  /// The parameter for the `next_from` of the previous page; empty without one.
  [[nodiscard]] std::string_view from_parameter() const noexcept;
  /// The maximum size of a page; 0 if the schema does not specify one.
  [[nodiscard]] std::int64_t largest() const noexcept;
  /// The default size of a page; 0 if the schema does not specify one.
  [[nodiscard]] std::int64_t usual() const noexcept;

 private:
  std::size_t row_;
};

/// One of the forms of a method's answer.
class answer {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit answer(std::size_t row) noexcept : row_{row} {}
  /// VK's key: `response`, `extendedResponse`, …
  [[nodiscard]] std::string_view key() const noexcept;
  /// VK's name of the response.
  [[nodiscard]] std::string_view response() const noexcept;
  /// The type of the member `"response"` of the envelope.
  [[nodiscard]] schema_tables::type type() const noexcept;
  /// The conditions for a request to get this answer. Empty for the first answer of a method, which
  /// applies to all other requests.
  [[nodiscard]] list<condition> conditions() const noexcept;
  /// How the answer is paged. Empty if it is not.
  [[nodiscard]] std::optional<paged_list> pages() const noexcept;

 private:
  std::size_t row_;
};

/// The code of an error.
class error_code {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit error_code(std::size_t row) noexcept : row_{row} {}
  /// The number. Not explicit, so that it is used like one.
  operator int() const noexcept;  // NOLINT(google-explicit-constructor)

 private:
  std::size_t row_;
};

/// A method of the API.
class method {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit method(std::size_t row) noexcept : row_{row} {}
  /// VK's spelling, such as `users.get`.
  [[nodiscard]] std::string_view name() const noexcept;
  /// The part before the dot; empty without one.
  [[nodiscard]] std::string_view section() const noexcept;
  /// Whether a call may change something.
  [[nodiscard]] bool writes() const noexcept;
  /// Whether a script of `execute` may call the method.
  [[nodiscard]] bool batchable() const noexcept;
  /// The accepted kinds of token.
  [[nodiscard]] token_kinds tokens() const noexcept;
  /// In the order of the schema.
  [[nodiscard]] list<schema_tables::parameter> parameters() const noexcept;
  /// The parameter with this name; case matters.
  [[nodiscard]] std::optional<schema_tables::parameter> find_parameter(
      std::string_view name) const noexcept;
  /// The errors of this method, without those that every method can return.
  [[nodiscard]] list<error_code> errors() const noexcept;
  /// At least one; the default form is the first.
  [[nodiscard]] list<answer> answers() const noexcept;
  /// The maximum duration of the method in seconds according to VK; 0 if VK does not specify one.
  [[nodiscard]] int timeout() const noexcept;
  /// The parameter that makes a repeated call harmless; empty without one.
  [[nodiscard]] std::string_view idempotency_parameter() const noexcept;

 private:
  std::size_t row_;
};

/// A subcode of an error.
class subcode {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit subcode(std::size_t row) noexcept : row_{row} {}
  /// The spelling of VK's schema.
  [[nodiscard]] std::string_view name() const noexcept;
  /// The number; 0 if the schema only names it.
  [[nodiscard]] int number() const noexcept;

 private:
  std::size_t row_;
};

/// An error of the API.
class error {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit error(std::size_t row) noexcept : row_{row} {}
  /// The spelling of VK's schema.
  [[nodiscard]] std::string_view name() const noexcept;
  /// VK's `error_code`.
  [[nodiscard]] int code() const noexcept;
  /// Whether every method may return it.
  [[nodiscard]] bool everywhere() const noexcept;
  /// The subcodes of the schema; often empty.
  [[nodiscard]] list<subcode> subcodes() const noexcept;

 private:
  std::size_t row_;
};

/// An event of a community.
class event {
 public:
  /// Row `row` of its table. The lookup functions create it.
  explicit event(std::size_t row) noexcept : row_{row} {}
  /// VK's `type`, such as `message_new`.
  [[nodiscard]] std::string_view name() const noexcept;
  /// The type of the `object`. Empty if VK's schema does not specify one.
  [[nodiscard]] std::optional<schema_tables::type> type() const noexcept;
  /// Whether `groups.setCallbackSettings` can enable it.
  [[nodiscard]] bool in_callback_settings() const noexcept;
  /// Whether `groups.setLongPollSettings` can enable it.
  [[nodiscard]] bool in_long_poll_settings() const noexcept;

 private:
  std::size_t row_;
};

/// The API version of the schema, such as `5.199`.
[[nodiscard]] std::string_view api_version() noexcept;

/// All methods, by name (bytewise).
[[nodiscard]] list<method> methods() noexcept;
/// All objects and response bodies, by name.
[[nodiscard]] list<object> objects() noexcept;
/// All errors, by code.
[[nodiscard]] list<error> errors() noexcept;
/// All events, by name.
[[nodiscard]] list<event> events() noexcept;

/// Finds a method by its name. Case matters, as in VK.
[[nodiscard]] std::optional<method> find_method(std::string_view name) noexcept;
/// Finds an error by VK's `error_code`.
[[nodiscard]] std::optional<error> find_error(int code) noexcept;
/// Finds an event by VK's `type`.
[[nodiscard]] std::optional<event> find_event(std::string_view name) noexcept;

}  // namespace vkxx::schema_tables
