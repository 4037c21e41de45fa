/// @file
/// VK's schema as tables: every method with its parameters, tokens, errors and answers, every
/// object, error and event.
///
/// The tables know nothing of the client or its generated classes, so that an emulator built on
/// them does not share their mistakes. Everything here is a small view on constant data: copying is
/// free, all calls are thread-safe, none throws unless it says so.
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

/// A range of rows, each read as a `T` made from its number.
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
    /// Stands on row `row`.
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

/// What a value is, on the wire and in JSON.
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
  scalar,        ///< text, number or boolean
};

/// A named text of a table, read as a value.
class value_text {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit value_text(std::size_t row) noexcept : row_{row} {}
  /// The text. Not explicit, so that it is used like one.
  operator std::string_view() const noexcept;  // NOLINT(google-explicit-constructor)

 private:
  std::size_t row_;
};

class field;
class type;

/// A value of a discriminator, with the alternative that it chooses.
class mapping {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit mapping(std::size_t row) noexcept : row_{row} {}
  /// What the discriminator's field holds.
  [[nodiscard]] std::string_view value() const noexcept;
  /// A position in `type::alternatives()`.
  [[nodiscard]] std::size_t alternative() const noexcept;

 private:
  std::size_t row_;
};

/// One of the alternatives of a `kind::one_of`.
class alternative {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit alternative(std::size_t row) noexcept : row_{row} {}
  /// Its type. Not explicit, so that it is used like one.
  operator type() const noexcept;  // NOLINT(google-explicit-constructor)

 private:
  std::size_t row_;
};

/// The type of a parameter, a field, an item, an answer.
class type {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit type(std::size_t row) noexcept : row_{row} {}
  /// Tells which of the other functions give something.
  [[nodiscard]] schema_tables::kind kind() const noexcept;
  /// Of integers and numbers.
  [[nodiscard]] std::optional<std::int64_t> minimum() const noexcept;
  /// Of integers and numbers.
  [[nodiscard]] std::optional<std::int64_t> maximum() const noexcept;
  /// Of strings, in characters.
  [[nodiscard]] std::optional<std::size_t> min_length() const noexcept;
  /// Of strings, in characters.
  [[nodiscard]] std::optional<std::size_t> max_length() const noexcept;
  /// Of arrays.
  [[nodiscard]] std::optional<std::size_t> min_items() const noexcept;
  /// Of arrays.
  [[nodiscard]] std::optional<std::size_t> max_items() const noexcept;
  /// Whether a string is an address.
  [[nodiscard]] bool is_uri() const noexcept;
  /// Of the two enum kinds: the values as they are written; empty for the others.
  [[nodiscard]] list<value_text> values() const noexcept;
  /// Precondition: `kind::array`.
  [[nodiscard]] type item() const noexcept;
  /// VK's name of an object or a union, empty for the others.
  [[nodiscard]] std::string_view name() const noexcept;
  /// Of objects; empty for the others.
  [[nodiscard]] list<field> fields() const noexcept;
  /// Of `kind::one_of`; empty for the others.
  [[nodiscard]] list<schema_tables::alternative> alternatives() const noexcept;
  /// The field that tells the alternatives of `kind::one_of` apart; empty: their JSON kinds do.
  [[nodiscard]] std::string_view discriminator() const noexcept;
  /// Which value of the discriminator chooses which alternative; empty without one.
  [[nodiscard]] list<mapping> mappings() const noexcept;
  friend bool operator==(type, type) = default;

 private:
  std::size_t row_;
};

/// A field of an object.
class field {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit field(std::size_t row) noexcept : row_{row} {}
  /// As VK spells it.
  [[nodiscard]] std::string_view name() const noexcept;
  /// What its value is.
  [[nodiscard]] schema_tables::type type() const noexcept;
  /// Whether VK's schema promises it in every such object.
  [[nodiscard]] bool required() const noexcept;

 private:
  std::size_t row_;
};

/// An object of VK's schema, or the body of a response.
class object {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit object(std::size_t row) noexcept : row_{row} {}
  /// As VK's schema spells it, `users_user_full` say.
  [[nodiscard]] std::string_view name() const noexcept;
  /// In the order of the schema.
  [[nodiscard]] list<field> fields() const noexcept;

 private:
  std::size_t row_;
};

/// A parameter of a method.
class parameter {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit parameter(std::size_t row) noexcept : row_{row} {}
  /// As VK spells it.
  [[nodiscard]] std::string_view name() const noexcept;
  /// What its value is.
  [[nodiscard]] schema_tables::type type() const noexcept;
  /// Whether VK answers error 100 without it.
  [[nodiscard]] bool required() const noexcept;
  /// Whether the value is JSON text.
  [[nodiscard]] bool json() const noexcept;
  /// What VK takes when it is not sent, as text; nothing: the schema does not say.
  [[nodiscard]] std::optional<std::string_view> default_value() const noexcept;

 private:
  std::size_t row_;
};

/// A parameter that has to be there for an answer to take its form.
class condition {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit condition(std::size_t row) noexcept : row_{row} {}
  /// Its name.
  [[nodiscard]] std::string_view parameter() const noexcept;
  /// The text that it has to have; empty: any but the empty one.
  [[nodiscard]] std::string_view value() const noexcept;

 private:
  std::size_t row_;
};

/// How an answer that is a long list comes page by page.
class paged_list {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit paged_list(std::size_t row) noexcept : row_{row} {}
  /// Where the list is in the response: `items`, `messages.items`; empty: the response is the list.
  /// `[].users.items`: each element of the response has a list of its own there.
  [[nodiscard]] std::string_view items() const noexcept;
  /// What identifies an item: alternatives separated by `|`, each of members separated by commas,
  /// each a name or a dotted path (`owner_id,id|id`); `.`: the whole item does; empty: nothing
  /// does.
  [[nodiscard]] std::string_view identity() const noexcept;
  /// The parameter for the number of items to skip; empty: none.
  [[nodiscard]] std::string_view offset_parameter() const noexcept;
  /// The parameter for the size of a page; empty: none.
  [[nodiscard]] std::string_view size_parameter() const noexcept;
  /// The parameter for the `next_from` of the previous page; empty: none.
  [[nodiscard]] std::string_view from_parameter() const noexcept;
  /// The largest size of a page; 0: the schema does not say.
  [[nodiscard]] std::int64_t largest() const noexcept;
  /// The size of a page unless one is sent; 0: the schema does not say.
  [[nodiscard]] std::int64_t usual() const noexcept;

 private:
  std::size_t row_;
};

/// One of the forms in which a method answers.
class answer {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit answer(std::size_t row) noexcept : row_{row} {}
  /// VK's key: `response`, `extendedResponse`, …
  [[nodiscard]] std::string_view key() const noexcept;
  /// VK's name of the response.
  [[nodiscard]] std::string_view response() const noexcept;
  /// The type of what stands under `"response"` in the envelope.
  [[nodiscard]] schema_tables::type type() const noexcept;
  /// What the request has to say to get it; the first answer of a method has none, it is the rest.
  [[nodiscard]] list<condition> conditions() const noexcept;
  /// How it comes page by page; nothing: it comes whole.
  [[nodiscard]] std::optional<paged_list> pages() const noexcept;

 private:
  std::size_t row_;
};

/// A number of an error.
class error_code {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit error_code(std::size_t row) noexcept : row_{row} {}
  /// The number. Not explicit, so that it is used like one.
  operator int() const noexcept;  // NOLINT(google-explicit-constructor)

 private:
  std::size_t row_;
};

/// A method of the API.
class method {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit method(std::size_t row) noexcept : row_{row} {}
  /// As VK spells it: `users.get`.
  [[nodiscard]] std::string_view name() const noexcept;
  /// What stands before the dot; empty: nothing does.
  [[nodiscard]] std::string_view section() const noexcept;
  /// Whether a call may change something.
  [[nodiscard]] bool writes() const noexcept;
  /// Whether the method may stand in a script of `execute`.
  [[nodiscard]] bool batchable() const noexcept;
  /// The kinds of token that it takes.
  [[nodiscard]] token_kinds tokens() const noexcept;
  /// In the order of the schema.
  [[nodiscard]] list<schema_tables::parameter> parameters() const noexcept;
  /// The parameter of this name; case matters.
  [[nodiscard]] std::optional<schema_tables::parameter> find_parameter(
      std::string_view name) const noexcept;
  /// The errors of this method, without those that every method can return.
  [[nodiscard]] list<error_code> errors() const noexcept;
  /// At least one; the plain one first.
  [[nodiscard]] list<answer> answers() const noexcept;
  /// Seconds that the method may take by VK's word; 0: no word.
  [[nodiscard]] int timeout() const noexcept;
  /// The parameter that makes a repeated call harmless; empty: none.
  [[nodiscard]] std::string_view idempotency_parameter() const noexcept;

 private:
  std::size_t row_;
};

/// A subcode of an error.
class subcode {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit subcode(std::size_t row) noexcept : row_{row} {}
  /// As VK's schema spells it.
  [[nodiscard]] std::string_view name() const noexcept;
  /// 0: named by the schema without a number.
  [[nodiscard]] int number() const noexcept;

 private:
  std::size_t row_;
};

/// An error of the API.
class error {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit error(std::size_t row) noexcept : row_{row} {}
  /// As VK's schema spells it.
  [[nodiscard]] std::string_view name() const noexcept;
  /// What VK sends as `error_code`.
  [[nodiscard]] int code() const noexcept;
  /// Whether any method may give it.
  [[nodiscard]] bool everywhere() const noexcept;
  /// Those that the schema knows; often none.
  [[nodiscard]] list<subcode> subcodes() const noexcept;

 private:
  std::size_t row_;
};

/// An event of a community.
class event {
 public:
  /// Row `row` of its table; made by the functions that look it up.
  explicit event(std::size_t row) noexcept : row_{row} {}
  /// What VK sends as `type`: `message_new`.
  [[nodiscard]] std::string_view name() const noexcept;
  /// The type of the `object`; nothing where VK's schema has none.
  [[nodiscard]] std::optional<schema_tables::type> type() const noexcept;
  /// Whether `groups.setCallbackSettings` switches it.
  [[nodiscard]] bool in_callback_settings() const noexcept;
  /// Whether `groups.setLongPollSettings` switches it.
  [[nodiscard]] bool in_long_poll_settings() const noexcept;

 private:
  std::size_t row_;
};

/// The API version of the schema, `5.199` say.
[[nodiscard]] std::string_view api_version() noexcept;

/// All methods, by name (bytewise).
[[nodiscard]] list<method> methods() noexcept;
/// All objects and bodies of responses, by name.
[[nodiscard]] list<object> objects() noexcept;
/// All errors, by code.
[[nodiscard]] list<error> errors() noexcept;
/// All events, by name.
[[nodiscard]] list<event> events() noexcept;

/// Case matters, as it does for VK.
[[nodiscard]] std::optional<method> find_method(std::string_view name) noexcept;
/// By the number that VK sends as `error_code`.
[[nodiscard]] std::optional<error> find_error(int code) noexcept;
/// By the name that VK sends as `type`.
[[nodiscard]] std::optional<event> find_event(std::string_view name) noexcept;

}  // namespace vkxx::schema_tables
