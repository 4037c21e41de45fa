#include "emulator/encoding/message_pack.hpp"

#include <bit>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cstdint>
#include <limits>
#include <string>

#include "core/text/ascii.hpp"
#include "core/text/number.hpp"
#include "emulator/api/api_request.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::lower_case;
namespace {

namespace json = boost::json;

void put(std::string& out, unsigned first, std::uint64_t number, unsigned bytes) {
  out += static_cast<char>(first);
  for (unsigned left = bytes; left > 0; --left)
    out += static_cast<char>((number >> (8U * (left - 1))) & 0xFFU);
}

void put_unsigned(std::string& out, std::uint64_t number) {
  if (number < 0x80U)
    out += static_cast<char>(number);
  else if (number <= 0xFFU)
    put(out, 0xCCU, number, 1);
  else if (number <= 0xFFFFU)
    put(out, 0xCDU, number, 2);
  else if (number <= 0xFFFFFFFFU)
    put(out, 0xCEU, number, 4);
  else
    put(out, 0xCFU, number, 8);
}

void put_signed(std::string& out, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  if (number >= 0)
    put_unsigned(out, bits);
  else if (number >= -32)
    out += static_cast<char>(bits & 0xFFU);
  else if (number >= std::numeric_limits<std::int8_t>::min())
    put(out, 0xD0U, bits, 1);
  else if (number >= std::numeric_limits<std::int16_t>::min())
    put(out, 0xD1U, bits, 2);
  else if (number >= std::numeric_limits<std::int32_t>::min())
    put(out, 0xD2U, bits, 4);
  else
    put(out, 0xD3U, bits, 8);
}

void put_text(std::string& out, std::string_view text) {
  if (text.size() < 32)
    out += static_cast<char>(0xA0U | text.size());
  else if (text.size() <= 0xFFU)
    put(out, 0xD9U, text.size(), 1);
  else if (text.size() <= 0xFFFFU)
    put(out, 0xDAU, text.size(), 2);
  else
    put(out, 0xDBU, text.size(), 4);
  out += text;
}

// Arrays and maps: the short form's first byte, that of the form with two bytes.
void put_size(std::string& out, std::size_t size, unsigned shortest, unsigned two_bytes) {
  if (size < 16)
    out += static_cast<char>(shortest | size);
  else if (size <= 0xFFFFU)
    put(out, two_bytes, size, 2);
  else
    put(out, two_bytes + 1, size, 4);
}

// A name that is a number is a number, as the keys of VK's arrays are: the ids that
// `messages.delete` answers with below 5.199.
void put_name(std::string& out, std::string_view name) {
  const auto number = vkxx::detail::parse_number<std::int64_t>(name);
  if (number && std::to_string(*number) == name)
    put_signed(out, *number);
  else
    put_text(out, name);
}

void put_value(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      out += '\xC0';
      break;
    case json::kind::bool_:
      out += value.get_bool() ? '\xC3' : '\xC2';
      break;
    case json::kind::int64:
      put_signed(out, value.get_int64());
      break;
    case json::kind::uint64:
      put_unsigned(out, value.get_uint64());
      break;
    case json::kind::double_:
      put(out, 0xCBU, std::bit_cast<std::uint64_t>(value.get_double()), 8);
      break;
    case json::kind::string:
      put_text(out, value.get_string());
      break;
    case json::kind::array:
      put_size(out, value.get_array().size(), 0x90U, 0xDCU);
      for (const auto& item : value.get_array()) put_value(out, item);
      break;
    case json::kind::object:
      put_size(out, value.get_object().size(), 0x80U, 0xDEU);
      for (const auto& [name, member] : value.get_object()) {
        put_name(out, name);
        put_value(out, member);
      }
      break;
  }
}

}  // namespace

std::string to_message_pack(const json::value& value) {
  std::string result;
  put_value(result, value);
  return result;
}

bool wants_message_pack(const http_message& message) {
  const auto path = path_of(message.target);
  if (!path.starts_with("/method/")) return false;
  if (path.ends_with(".msgpack")) return true;
  return lower_case(message.header("Accept").value_or("")).find("msgpack") != std::string::npos;
}

void pack_message(answer& reply) {
  if (!reply.content_type.starts_with("application/json")) return;
  boost::system::error_code failure;
  json::parse_options deep;
  deep.max_depth = 1000;
  const auto value = json::parse(reply.body, failure, {}, deep);
  if (failure) return;
  reply.body = to_message_pack(value);
  reply.content_type = "application/x-msgpack";
}

}  // namespace vkxx::emulation::detail
