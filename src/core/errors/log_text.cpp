#include "core/errors/log_text.hpp"

#include <boost/core/demangle.hpp>
#include <cstddef>
#include <string_view>
#include <typeinfo>

#include <vkxx/core/api_error_facts.hpp>
#include <vkxx/core/printable.hpp>

namespace vkxx::detail {
namespace {

constexpr std::size_t longest_message = 400;

// The end of the quotation that begins at `start`; npos: it does not end. In quotation marks as in
// JSON, in which a backslash hides the next character.
std::size_t quotation_end(std::string_view text, std::size_t start) {
  const char mark = text[start];
  for (auto at = start + 1; at < text.size(); ++at) {
    if (mark == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == mark) {
      return at;
    }
  }
  return std::string_view::npos;
}

// The name of a parameter of the call, if VK's message ends with it or says something about it:
// `One of the parameters specified was missing or invalid: peer_id is invalid`.
std::string parameter_in(const api_error_details& details) {
  std::string_view rest = details.message;
  for (auto colon = rest.find(": "); colon != std::string_view::npos; colon = rest.find(": ")) {
    rest.remove_prefix(colon + 2);
    const auto name = std::string{rest.substr(0, rest.find_first_of(" ,.:;"))};
    if (details.request_params.contains(name)) return name;
  }
  return {};
}

std::string api_words(const error& failure) {
  const auto* const facts = find_facts(*failure.api_code());
  if (facts == nullptr) return "VK does not document this code; see its message in the dead letter";
  std::string words{facts->meaning};
  if (const auto name = parameter_in(*failure.details()); !name.empty())
    words += " It concerns the parameter " + name + '.';
  return words + ' ' + std::string{facts->advice};
}

// Whether the message may end with words of an exception or of a server.
bool has_foreign_words(errc code) {
  return code == errc::handler_failed || code == errc::upload_refused || code == errc::not_json ||
         code == errc::challenge_refused;
}

// `upload of photo: a name: it is empty` without the name; of a body that failed the reason alone.
std::string without_file(std::string_view message, errc code) {
  constexpr std::string_view of_upload = "upload of ";
  const bool upload = message.starts_with(of_upload);
  const auto reason = message.rfind(": ");
  if ((!upload && code != errc::body_failed) || reason == std::string_view::npos)
    return std::string{message};
  const auto start = upload ? message.substr(0, message.find(": ") + 2) : std::string_view{};
  const auto rest = message.substr(reason + 2);
  const bool named = !upload || reason >= start.size();
  return std::string{start} + (named ? "…: " : "") + std::string{rest};
}

std::string own_words(const error& failure) {
  std::string_view message = failure.message();
  if (has_foreign_words(*failure.code())) message = message.substr(0, message.find(": "));
  auto words = without_quotations(without_file(message, *failure.code()));
  if (words.size() > longest_message) words = words.substr(0, longest_message) + "…";
  return printable(words);
}

}  // namespace

std::string without_quotations(std::string_view message) {
  std::string left;
  while (true) {
    const auto start = message.find_first_of("\"`");
    left += message.substr(0, start);
    if (start == std::string_view::npos) return left;
    left += message[start];
    left += "…";
    const auto end = quotation_end(message, start);
    if (end == std::string_view::npos) return left;
    left += message[end];
    message.remove_prefix(end + 1);
  }
}

std::string text_for_log(const error& failure) {
  std::string line;
  if (!failure.method().empty()) line += "method=" + failure.method() + ' ';
  if (const auto code = failure.api_code()) {
    line += "api_code=" + std::to_string(static_cast<int>(*code)) + ' ';
  } else if (const auto own = failure.code()) {
    line += "error=" + std::string{to_string(*own)} + ' ';
  }
  line += "effect=" + std::string{to_string(failure.effect())};
  const auto words = failure.api_code() ? api_words(failure) : own_words(failure);
  return words.empty() ? line : line + ": " + words;
}

std::string type_name(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& known) {
    return boost::core::demangle(typeid(known).name());
  } catch (...) {
    return "something that is no std::exception";
  }
}

}  // namespace vkxx::detail
