#include "emulator/faults/fault_syntax.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <vector>

#include <vkxx/core/secret.hpp>

#include "core/text/number.hpp"
#include "emulator/challenges/challenges.hpp"

namespace vkxx::emulation {
namespace {

// Letters, digits, `_` and `.`, in an address also `/`, `?`, `=` and `-`; a `*` at the end, or
// alone.
bool is_method_pattern(std::string_view text) noexcept {
  if (text.ends_with('*')) text.remove_suffix(1);
  const std::string_view others = text.starts_with('/') ? "_./?=-" : "_.";
  return std::all_of(text.begin(), text.end(), [&](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || others.find(letter) != std::string_view::npos;
  });
}

constexpr std::int64_t longest_pause = 3'600'000;
constexpr std::int64_t most_ballast = std::int64_t{1} << 30U;

template <class Number>
Number number_of(std::string_view name, std::string_view text) {
  const auto number = vkxx::detail::parse_number<Number>(text);
  if (!number)
    throw fault_syntax_error{"fault: " + std::string{name} + " must be a number, not \"" +
                             std::string{text} + '"'};
  return *number;
}

// The parts between commas; `\,` and `\\` are escapes.
std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> pieces(1);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escape = text[at] == '\\' && at + 1 < text.size();
    if (escape) ++at;
    if (text[at] == ',' && !escape)
      pieces.emplace_back();
    else
      pieces.back() += text[at];
  }
  return pieces;
}

// `*2`, of an address: the count, not a part of the pattern.
bool is_count(std::string_view head) {
  return head.size() > 1 && head[0] == '*' && head[1] >= '0' && head[1] <= '9';
}

// `KIND[=VALUE][:METHOD][*COUNT]`; the method itself may be `*` or end in `.*`.
fault parse_head(std::string_view head) {
  const auto kind_end = head.find_first_of("=:*");
  const auto kind = detail::parse_fault_kind(head.substr(0, kind_end));
  head.remove_prefix(kind_end == std::string_view::npos ? head.size() : kind_end);
  fault result{kind};
  if (head.starts_with('=')) {
    const auto end = head.find_first_of(":*");
    result = fault{kind, number_of<std::int64_t>("the value", head.substr(1, end - 1))};
    head.remove_prefix(end == std::string_view::npos ? head.size() : end);
  }
  if (head.starts_with(':')) {
    head.remove_prefix(1);
    auto end = head.find('*');
    // The star of `*`, `wall.*` and `/login*` belongs to the method.
    const bool found = end != std::string_view::npos;
    const bool of_address = found && head.starts_with('/') && !is_count(head.substr(end));
    if (end == 0 || (found && head[end - 1] == '.') || of_address) ++end;
    detail::set_property(result, "method", head.substr(0, end));
    head.remove_prefix(std::min(end, head.size()));
  }
  if (head.empty()) return result;
  if (!head.starts_with('*'))
    throw fault_syntax_error{"fault: expected *COUNT, not \"" + std::string{head} + '"'};
  detail::set_property(result, "count", head.substr(1));
  return result;
}

void require_value(const fault& value, std::int64_t least, std::int64_t most) {
  const std::string name{to_string(value.kind())};
  if (!value.value())
    throw fault_syntax_error{"fault: " + name + " needs a value, as in " + name + "=" +
                             std::to_string(least)};
  if (*value.value() < least || *value.value() > most)
    throw fault_syntax_error{"fault: the value of " + name + " must be from " +
                             std::to_string(least) + " to " + std::to_string(most)};
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    if (letter == ',' || letter == '\\') result += '\\';
    result += letter;
  }
  return result;
}

}  // namespace

}  // namespace vkxx::emulation

namespace vkxx::emulation::detail {

fault_kind parse_fault_kind(std::string_view name) {
  std::string known;
  for (int i = 0; i <= static_cast<int>(fault_kind::fallback_url); ++i) {
    const auto kind = static_cast<fault_kind>(i);
    if (to_string(kind) == name) return kind;
    known += (known.empty() ? "" : ", ") + std::string{to_string(kind)};
  }
  throw fault_syntax_error{"fault: unknown kind \"" + std::string{name} + "\"; there are " + known};
}

void set_property(fault& value, std::string_view name, std::string_view text) {
  if (name == "method") {
    if (text.empty()) throw fault_syntax_error{"fault: the method's name is empty"};
    if (!is_method_pattern(text)) {
      throw fault_syntax_error{"fault: expected a method's name, `section.*`, `*` or an address"};
    }
    value.method(std::string{text});
  } else if (name == "count") {
    value.count(number_of<std::uint64_t>(name, text));
  } else if (name == "token") {
    value.token(std::string{text});
  } else if (name == "rate") {
    value.rate(number_of<double>(name, text));
  } else if (name == "message") {
    value.message(std::string{text});
  } else if (name == "text") {
    value.text(std::string{text});
  } else if (name == "subcode") {
    value.subcode(number_of<int>(name, text));
  } else if (name == "retry_after") {
    value.retry_after(std::string{text});
  } else if (name == "body") {
    value.body(std::string{text});
  } else if (name == "page") {
    value.page(std::string{text});
  } else if (name == "check_remixstlid") {
    value.check_remixstlid(text.empty() || text == "1" || text == "true");
  } else {
    throw fault_syntax_error{"fault: unknown property \"" + std::string{name} + '"'};
  }
}

void check_fault(const fault& value) {
  switch (value.kind()) {
    case fault_kind::error:
      require_value(value, 1, 2'147'483'647);
      break;
    case fault_kind::http_status:
      require_value(value, 400, 599);
      break;
    case fault_kind::huge:
      require_value(value, 1, most_ballast);
      break;
    case fault_kind::slow:
    case fault_kind::dribble:
    case fault_kind::slow_read:
      require_value(value, 1, longest_pause);
      break;
    default:
      break;
  }
  if (!value.page().empty() && !find_validation_page(value.page())) {
    throw fault_syntax_error{"fault: page must be phone, code, captcha, link or no_token"};
  }
  if (!(value.rate() >= 0 && value.rate() <= 1))
    throw fault_syntax_error{"fault: rate must be from 0 to 1"};
}

fault fault_from_json(const boost::json::object& description) {
  const auto* kind = description.if_contains("kind");
  if (kind == nullptr || !kind->is_string())
    throw fault_syntax_error{"fault: the member \"kind\" must be a string"};
  const std::string_view name{kind->get_string().data(), kind->get_string().size()};
  fault result{parse_fault_kind(name)};
  if (const auto* value = description.if_contains("value")) {
    if (!value->is_int64()) throw fault_syntax_error{"fault: \"value\" must be a whole number"};
    result = fault{result.kind(), value->get_int64()};
  }
  for (const auto& [key, member] : description) {
    if (key == "kind" || key == "value") continue;
    const bool text = member.is_string();
    const auto written = text ? std::string{member.get_string()} : boost::json::serialize(member);
    set_property(result, std::string_view{key.data(), key.size()}, written);
  }
  check_fault(result);
  return result;
}

}  // namespace vkxx::emulation::detail

namespace vkxx::emulation {

fault parse_fault(std::string_view text) {
  const auto pieces = pieces_of(text);
  auto result = parse_head(pieces.front());
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const std::string_view piece = pieces[i];
    const auto equals = piece.find('=');
    detail::set_property(
        result, piece.substr(0, equals),
        equals == std::string_view::npos ? std::string_view{} : piece.substr(equals + 1));
  }
  detail::check_fault(result);
  return result;
}

std::string to_string(const fault& value) {
  std::string text{to_string(value.kind())};
  if (value.value()) text += "=" + std::to_string(*value.value());
  if (value.method() != "*" || value.count()) text += ":" + escaped(value.method());
  if (value.count()) text += "*" + std::to_string(*value.count());
  if (!value.token().empty()) text += ",token=" + redacted(value.token());
  if (value.rate() < 1) {
    std::string rate(32, '\0');
    const auto end = std::to_chars(rate.data(), rate.data() + rate.size(), value.rate()).ptr;
    text += ",rate=" + std::string(rate.data(), end);
  }
  if (!value.message().empty()) text += ",message=" + escaped(value.message());
  if (!value.text().empty()) text += ",text=" + escaped(value.text());
  if (value.subcode()) text += ",subcode=" + std::to_string(*value.subcode());
  if (!value.retry_after().empty()) text += ",retry_after=" + escaped(value.retry_after());
  if (!value.body().empty()) text += ",body=" + escaped(value.body());
  if (!value.page().empty()) text += ",page=" + value.page();
  if (value.check_remixstlid()) text += ",check_remixstlid=1";
  return text;
}

}  // namespace vkxx::emulation
