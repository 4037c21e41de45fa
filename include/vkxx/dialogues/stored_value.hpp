/// @file
/// Stored values with a kind and a version.
#pragma once

#include <concepts>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <vkxx/core/json_text.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/dialogues/stored_json.hpp>

namespace vkxx {

/// A value as it is stored: `{"kind":"basket","version":2,"value":…}`.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class stored_value {
 public:
  /// `json` is the JSON text of the value; it is not checked.
  stored_value(std::string kind, int version, std::string json);
  /// Reads stored bytes. Fails with `errc::malformed_answer` if they are not of this form.
  [[nodiscard]] static result<stored_value> read(std::string_view bytes);

  /// What it is.
  [[nodiscard]] const std::string& kind() const noexcept { return kind_; }
  /// The version of its form.
  [[nodiscard]] int version() const noexcept { return version_; }
  /// JSON text.
  [[nodiscard]] const std::string& json() const noexcept { return json_; }
  /// The value as a `T`; see `from_stored_json`. Members that were added to the struct since have
  /// the values of a new one, unless it has others, too: then one may have been renamed, and the
  /// value does not fit. For `migrate`, with an older form of the type.
  template <class T>
  [[nodiscard]] result<T> as() const {
    return detail::from_grown_json<T>(json_);
  }
  /// What is stored.
  [[nodiscard]] std::string bytes() const;

 private:
  std::string kind_;
  int version_;
  std::string json_;
};

/// How values of a type are stored. By default from the type:
///
/// ```cpp
/// struct basket {
///   static constexpr std::string_view kind = "basket";  // never changes
///   static constexpr int version = 2;                   // 1 if there is none
///   // From all older versions: a T, or a result<T>.
///   static basket migrate(const vkxx::stored_value& old, int from);
///   std::vector<std::string> items;
/// };
/// BOOST_DESCRIBE_STRUCT(basket, (), (items))
/// ```
/// May be specialized for types that cannot have members.
template <class T>
struct stored_traits {
  /// The name of the type in the store.
  [[nodiscard]] static constexpr std::string_view kind() {
    static_assert(
        requires { std::string_view{T::kind}; },
        "name the type: static constexpr std::string_view kind = \"…\";");
    return T::kind;
  }
  /// The version that is written.
  [[nodiscard]] static constexpr int version() {
    if constexpr (requires { int{T::version}; }) {
      return T::version;
    } else {
      return 1;
    }
  }
  /// A value of an older version.
  [[nodiscard]] static result<T> migrate(const stored_value& old, int from) {
    if constexpr (requires { T::migrate(old, from); }) {
      return T::migrate(old, from);
    } else {
      return detail::misfit_of_stored("it has the version " + std::to_string(from) +
                                      ", and the type has no migrate");
    }
  }
};

/// The bytes of a value with its kind and its version.
template <class T>
[[nodiscard]] std::string to_stored(const T& value) {
  const stored_value stored{std::string{stored_traits<T>::kind()}, stored_traits<T>::version(),
                            to_stored_json(value)};
  return stored.bytes();
}

/// The value of stored bytes, of this or of an older version. Fails if they are damaged, of another
/// kind or of a newer version, do not fit, or `migrate` fails or throws: the text says which.
/// Throws nothing but `std::bad_alloc`.
template <class T>
[[nodiscard]] result<T> from_stored(std::string_view bytes) {
  const auto stored = stored_value::read(bytes);
  if (!stored) return stored.error();
  if (stored->kind() != stored_traits<T>::kind()) {
    return detail::misfit_of_stored("it is of the kind " + stored->kind());
  }
  const int version = stored->version();
  if (version == stored_traits<T>::version()) return stored->template as<T>();
  if (version > stored_traits<T>::version()) {
    return detail::misfit_of_stored("it has the newer version " + std::to_string(version));
  }
  try {
    return stored_traits<T>::migrate(*stored, version);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& thrown) {
    // Quoted: it may be a text of a person.
    return detail::misfit_of_stored("migrate failed: " + json_text(thrown.what()));
  } catch (...) {
    return detail::misfit_of_stored("migrate failed: it threw something that is no std::exception");
  }
}

}  // namespace vkxx
