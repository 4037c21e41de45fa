#include <vkxx/core/json_text.hpp>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace vkxx {

std::string json_text(std::string_view text) {
  const auto plain = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != '\x7F';
  };
  if (std::ranges::all_of(text, plain)) {
    std::string result;
    result.reserve(text.size() + 2);
    result += '"';
    result += text;
    result += '"';
    return result;
  }
  return boost::json::serialize(boost::json::string_view{text.data(), text.size()});
}

}  // namespace vkxx
