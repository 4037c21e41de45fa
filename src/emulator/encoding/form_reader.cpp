#include "emulator/encoding/form_reader.hpp"

#include <boost/url/encoding_opts.hpp>
#include <boost/url/pct_string_view.hpp>

#include "core/text/ascii.hpp"
#include "core/encoding/percent.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::same_ignoring_case;
using vkxx::detail::trimmed;
namespace {

// A percent sign that begins no escape stands for itself.
std::string with_stray_percents_escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size() + 8);
  for (std::size_t at = 0; at < text.size(); ++at) {
    result += text[at];
    if (text[at] == '%' && !vkxx::detail::is_percent_escape(text, at)) result += "25";
  }
  return result;
}

// One part of a multipart body: its headers, an empty line, its content.
void read_part(std::string_view part, std::vector<name_value>& fields) {
  std::string name;
  while (true) {
    const auto end = part.find("\r\n");
    if (end == std::string_view::npos) return;
    const auto line = part.substr(0, end);
    part.remove_prefix(end + 2);
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (same_ignoring_case(trimmed(line.substr(0, colon)), "content-disposition"))
      name = header_parameter(line.substr(colon + 1), "name");
  }
  if (!name.empty()) fields.emplace_back(std::move(name), std::string{part});
}

}  // namespace

std::string form_decoded(std::string_view text) {
  const boost::urls::encoding_opts form{true};
  if (const auto valid = boost::urls::make_pct_string_view(text)) return valid->decode(form);
  const auto repaired = with_stray_percents_escaped(text);
  return boost::urls::make_pct_string_view(repaired).value().decode(form);
}

std::vector<name_value> read_urlencoded(std::string_view text) {
  std::vector<name_value> fields;
  while (!text.empty() && fields.size() < form_field_limit) {
    const auto end = text.find('&');
    const auto field = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto equals = field.find('=');
    auto name = form_decoded(field.substr(0, equals));
    if (name.empty()) continue;
    fields.emplace_back(std::move(name), equals == std::string_view::npos
                                             ? std::string{}
                                             : form_decoded(field.substr(equals + 1)));
  }
  return fields;
}

std::vector<name_value> read_multipart(std::string_view body, std::string_view boundary) {
  std::vector<name_value> fields;
  if (boundary.empty() || boundary.size() > 200) return fields;
  const auto delimiter = "--" + std::string{boundary};
  if (!body.starts_with(delimiter)) {
    const auto first = body.find("\r\n" + delimiter);
    if (first == std::string_view::npos) return fields;
    body.remove_prefix(first + 2);
  }
  while (fields.size() < form_field_limit) {
    body.remove_prefix(delimiter.size());
    if (body.starts_with("--")) break;
    const auto line_end = body.find("\r\n");
    if (line_end == std::string_view::npos) break;
    body.remove_prefix(line_end + 2);
    // An empty part begins with its delimiter, after the line break that was just removed.
    const auto end = body.find("\r\n" + delimiter);
    if (end == std::string_view::npos) break;
    read_part(body.substr(0, end), fields);
    body.remove_prefix(end + 2);
  }
  return fields;
}

std::string header_parameter(std::string_view value, std::string_view name) {
  auto at = value.find(';');
  while (at != std::string_view::npos) {
    value.remove_prefix(at + 1);
    const auto equals = value.find('=');
    if (equals == std::string_view::npos) return {};
    const auto key = trimmed(value.substr(0, equals));
    value = trimmed(value.substr(equals + 1));
    std::string text;
    if (value.starts_with('"')) {
      std::size_t i = 1;
      for (; i < value.size() && value[i] != '"'; ++i) {
        if (value[i] == '\\' && i + 1 < value.size()) ++i;
        text += value[i];
      }
      value.remove_prefix(std::min(i + 1, value.size()));
      at = value.find(';');
    } else {
      at = value.find(';');
      text = trimmed(value.substr(0, at));
    }
    if (same_ignoring_case(key, name)) return text;
  }
  return {};
}

}  // namespace vkxx::emulation::detail
