// Single values, with the looseness of VK's answers: numbers as texts, 0 and 1 for booleans.
#include <cmath>

#include "core/json/half_pairs.hpp"
#include "core/text/number.hpp"
#include "objects/plain_values.hpp"
#include "objects/reader.hpp"

namespace vkxx::detail {
namespace {

using ondemand::json_type;

template <class Number>
bool parse_whole(std::string_view text, Number& value) noexcept {
  const auto number = vkxx::detail::parse_number<Number>(text);
  value = number.value_or(value);
  return number.has_value();
}

bool whole_part(double number, std::int64_t& value) noexcept {
  if (!(number >= -9.2e18 && number <= 9.2e18) || std::trunc(number) != number) return false;
  value = static_cast<std::int64_t>(number);
  return true;
}

bool type_of(reader& in, json_type& type) {
  if (const auto failed = in.value().type().get(type)) return in.broken(failed);
  return true;
}

bool text_at(reader& in, std::string_view& text) {
  if (const auto failed = in.value().get_string().get(text)) return in.broken(failed);
  return true;
}

// The characters of a value that is no object and no list as they stand, without the blanks after
// it.
std::string_view token_text(reader& in) {
  auto text = in.value().raw_json_token();
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' ||
                           text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

bool view_text(reader& in, std::string_view& text) {
  return take_simple_text(in, in.value().raw_json_token(), text) || text_at(in, text);
}

// Whether the text follows JSON's grammar of numbers.
bool is_json_number(std::string_view text) noexcept {
  const auto take = [&text](std::string_view any_of) {
    const auto end = std::min(text.find_first_not_of(any_of), text.size());
    text.remove_prefix(end);
    return end;
  };
  constexpr std::string_view digits = "0123456789";
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool zero = text.starts_with('0');
  const auto whole = take(digits);
  if (whole == 0 || (zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (take(digits) == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (take(digits) == 0) return false;
  }
  return text.empty();
}

// The parser takes a number that no `double` holds for a fault of the text.
bool read_double(reader& in, double& value) {
  const auto failed = in.value().get_double().get(value);
  if (!failed) return true;
  if (failed != simdjson::NUMBER_ERROR || !is_json_number(token_text(in))) return in.broken(failed);
  in.wrong("a number", "one that is too large");
  return false;
}

bool integer_of_number(reader& in, std::int64_t& value) {
  if (in.value().get_int64().get(value) == simdjson::SUCCESS) return true;
  double number = 0;
  if (!read_double(in, number)) return false;
  if (whole_part(number, value)) {
    in.loose("a whole number with a fraction");
    return true;
  }
  in.wrong("a whole number", "another");
  return false;
}

}  // namespace

bool read_integer(reader& in, std::int64_t& value) {
  if (take_simple_integer(in.value().raw_json_token(), value)) return true;
  json_type type{};
  if (!type_of(in, type)) return false;
  if (type == json_type::number) return integer_of_number(in, value);
  if (type == json_type::string) {
    std::string_view text;
    if (!text_at(in, text)) return false;
    double number = 0;
    if (parse_whole(text, value) || (parse_whole(text, number) && whole_part(number, value))) {
      in.loose("a number as a text");
      return true;
    }
    if (text.empty()) {
      in.loose("an empty text for no number");
    } else {
      in.wrong("a number", "a text");
    }
    return false;
  }
  if (type == json_type::boolean) {
    bool flag = false;
    if (const auto failed = in.value().get_bool().get(flag)) return in.broken(failed);
    in.loose("a boolean for a number");
    value = flag ? 1 : 0;
    return true;
  }
  if (type == json_type::null) {
    in.loose("found null");
  } else {
    in.wrong("a number", found_kind(in));
  }
  return false;
}

bool read_number(reader& in, double& value) {
  json_type type{};
  if (!type_of(in, type)) return false;
  if (type == json_type::number) {
    double number = 0;
    if (!read_double(in, number)) return false;
    value = number;
    return true;
  }
  if (type == json_type::string) {
    std::string_view text;
    if (!text_at(in, text)) return false;
    double number = 0;
    if (parse_whole(text, number) && std::isfinite(number)) {
      value = number;
      in.loose("a number as a text");
      return true;
    }
    in.wrong("a number", "a text");
    return false;
  }
  std::int64_t whole = 0;
  if (!read_integer(in, whole)) return false;
  value = static_cast<double>(whole);
  return true;
}

bool read_boolean(reader& in, bool& value, bool as_number) {
  json_type type{};
  if (!type_of(in, type)) return false;
  if (type == json_type::boolean) {
    if (const auto failed = in.value().get_bool().get(value)) return in.broken(failed);
    if (as_number) in.loose("a boolean for 0 or 1");
    return true;
  }
  std::int64_t number = 0;
  if (type == json_type::string) {
    std::string_view text;
    if (!text_at(in, text)) return false;
    in.loose("a boolean as a text");
    if (text == "true" || text == "false") {
      value = text == "true";
      return true;
    }
    if (parse_whole(text, number)) {
      value = number != 0;
      return true;
    }
    if (!text.empty()) in.wrong("a boolean", "a text");
    return false;
  }
  if (type == json_type::number) {
    if (!integer_of_number(in, number)) return false;
    if (!as_number) in.loose("a number for a boolean");
    value = number != 0;
    return true;
  }
  if (type == json_type::null) {
    in.loose("found null");
  } else {
    in.wrong("a boolean", found_kind(in));
  }
  return false;
}

bool read_text_view(reader& in, std::string_view& text) {
  json_type type{};
  if (!type_of(in, type)) return false;
  if (type == json_type::string) return view_text(in, text);
  if (type == json_type::number) {
    text = token_text(in);
    in.loose("a number for a text");
    return true;
  }
  if (type == json_type::boolean) {
    bool flag = false;
    if (const auto failed = in.value().get_bool().get(flag)) return in.broken(failed);
    in.loose("a boolean for a text");
    if (!flag) return false;  // no text at all
    text = "true";
    return true;
  }
  if (type == json_type::null) {
    in.loose("found null");
  } else {
    in.wrong("a text", found_kind(in));
  }
  return false;
}

bool read_any(reader& in, std::string& value) {
  std::string_view text;
  json_type type{};
  if (!type_of(in, type)) return false;
  if (type == json_type::object || type == json_type::array) {
    if (const auto failed = simdjson::to_json_string(in.value()).get(text))
      return in.broken(failed);
    // The parser passes over the texts inside unread, and another may have to read them.
    if (text.find("\\u") != std::string_view::npos) {
      std::string copy{text};
      if (replace_half_pairs(copy.data(), copy.size())) return in.broken(simdjson::STRING_ERROR);
    }
  } else if (type == json_type::string) {
    // Checked and left as it stands, its escapes included.
    text = token_text(in);
    std::string_view unescaped;
    if (!text_at(in, unescaped)) return false;
  } else {
    text = token_text(in);
  }
  value.assign(text);
  return true;
}

bool read_scalar(reader& in, scalar& value) {
  json_type type{};
  if (!type_of(in, type)) return false;
  switch (type) {
    case json_type::string: {
      std::string_view text;
      if (!text_at(in, text)) return false;
      value = scalar{std::string{text}};
      return true;
    }
    case json_type::number: {
      std::int64_t number = 0;
      double fraction = 0;
      if (in.value().get_int64().get(number) == simdjson::SUCCESS) {
        value = scalar{number};
      } else if (!read_double(in, fraction)) {
        return false;
      } else {
        value = scalar{fraction};
      }
      return true;
    }
    case json_type::boolean: {
      bool flag = false;
      if (const auto failed = in.value().get_bool().get(flag)) return in.broken(failed);
      value = scalar{flag};
      return true;
    }
    case json_type::null:
      in.loose("found null");
      return false;
    case json_type::object:
    case json_type::array:
      break;
  }
  in.wrong("a text, a number or a boolean", found_kind(in));
  return false;
}

void report_unknown_value(reader& in, std::string_view text) {
  if (in.strict()) in.issue("unknown value " + std::string{text});
}

}  // namespace vkxx::detail
