#include "core/encoding/percent.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/encoding_opts.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include "core/encoding/hex.hpp"

namespace vkxx::detail {
namespace {

boost::urls::encoding_opts options_for(space_as space) noexcept {
  boost::urls::encoding_opts options;
  options.space_as_plus = space == space_as::plus;
  return options;
}

}  // namespace

void append_percent_encoded(std::string& out, std::string_view text, space_as space) {
  out += boost::urls::encode(text, boost::urls::unreserved_chars, options_for(space));
}

std::string percent_encoded(std::string_view text) {
  return boost::urls::encode(text, boost::urls::unreserved_chars);
}

std::optional<std::string> percent_decoded(std::string_view text, space_as space) {
  const auto valid = boost::urls::make_pct_string_view(text);
  if (!valid) return std::nullopt;
  return valid->decode(options_for(space));
}

bool is_percent_escape(std::string_view text, std::size_t at) noexcept {
  return at + 2 < text.size() && text[at] == '%' && is_hex_digit(text[at + 1]) &&
         is_hex_digit(text[at + 2]);
}

}  // namespace vkxx::detail
