// What the generated sources of objects are made of. Private to them.
#pragma once

#include <cstddef>
#include <utility>
#include <variant>

#include "objects/codec.hpp"
#include "objects/name_hash.hpp"

// The rows of the shapes ask where the members of structs lie that are not of standard layout; both
// compilers know.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace vkxx::detail {

template <class Member>
inline constexpr const codec* flag_codec = nullptr;
template <>
inline constexpr const codec* flag_codec<bool> = &bool_int_codec;
template <>
inline constexpr const codec* flag_codec<std::optional<bool>> = &optional_bool_int_codec;

template <class Union, std::size_t Index>
constexpr union_form form_at() {
  using held = std::variant_alternative_t<Index, decltype(Union::value)>;
  return {&codec_v<held>,
          [](void* self) -> void* {
            return &static_cast<Union*>(self)->value.template emplace<Index>();
          },
          [](const void* self) -> const void* {
            return std::get_if<Index>(&static_cast<const Union*>(self)->value);
          }};
}

template <class Union>
std::string* unknown_form(void* self) {
  return &static_cast<Union*>(self)->value.template emplace<0>().text;
}
template <class Union>
const std::string* unknown_text(const void* self) {
  return &std::get<0>(static_cast<const Union*>(self)->value).text;
}

}  // namespace vkxx::detail

#define VKXX_FIELD(member, name, required)                                          \
  {                                                                                 \
    name, name_head(name), sizeof(name) - 1, required != 0, offsetof(type, member), \
        &codec_v<decltype(type::member)>                                            \
  }
#define VKXX_FLAG(member, name, required)                                           \
  {                                                                                 \
    name, name_head(name), sizeof(name) - 1, required != 0, offsetof(type, member), \
        flag_codec<decltype(type::member)>                                          \
  }
#define VKXX_FORM(index) form_at<type, index>()
#define VKXX_UNKNOWN_FORM &unknown_form<type>, &unknown_text<type>

// Out of line, so that a program that uses an object does not compile them again.
#define VKXX_SPECIAL_MEMBERS(type)                  \
  type::type() = default;                           \
  type::type(const type&) = default;                \
  type::type(type&&) noexcept = default;            \
  type& type::operator=(const type& other) {        \
    if (this != &other) *this = type{other};        \
    return *this;                                   \
  }                                                 \
  type& type::operator=(type&&) noexcept = default; \
  type::~type() = default;
