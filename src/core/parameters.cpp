#include <vkxx/core/parameters.hpp>

#include <algorithm>
#include <array>

#include <vkxx/core/utf8.hpp>

namespace vkxx {
namespace {

// Letters, digits and `*-._` stay; the space becomes `+`; every other byte `%XX`.
constexpr std::array<bool, 256> kept_bytes = [] {
  std::array<bool, 256> kept{};
  for (unsigned c = 'a'; c <= 'z'; ++c) kept[c] = true;
  for (unsigned c = 'A'; c <= 'Z'; ++c) kept[c] = true;
  for (unsigned c = '0'; c <= '9'; ++c) kept[c] = true;
  for (const char c : {'*', '-', '.', '_'}) kept[static_cast<unsigned char>(c)] = true;
  return kept;
}();

void append_pair(std::string& body, const parameters::entry& item) {
  if (!item.text) return;
  if (!body.empty()) body += '&';
  append_form_encoded(body, item.name);
  body += '=';
  append_form_encoded(body, *item.text);
}

}  // namespace

void append_form_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kept_bytes[byte]) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 0xFU];
    }
  }
}

void parameters::put(std::string_view name, parameter_text value) {
  entry added{std::string{name}, std::move(value.text), std::move(value.status)};
  const auto known = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const entry& item) { return item.name == name; });
  if (known != entries_.end()) {
    *known = std::move(added);
  } else {
    entries_.push_back(std::move(added));
  }
}

result<void> parameters::validate() const {
  const auto invalid = [](std::string reason) {
    return error{errc::invalid_argument, request_effect::not_sent, std::move(reason)};
  };
  for (const auto& item : entries_) {
    if (item.name.empty()) return invalid("a parameter has no name");
    if (!is_utf8(item.name)) return invalid("the name of a parameter is not UTF-8");
    if (!item.status) {
      return invalid("parameter `" + item.name + "`: " + item.status.error().message());
    }
  }
  return {};
}

std::optional<std::string_view> parameters::find(std::string_view name) const noexcept {
  for (const auto& item : entries_) {
    if (item.name == name && item.text) return *item.text;
  }
  return std::nullopt;
}

bool parameters::mentions(std::string_view name) const noexcept {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const entry& item) { return item.name == name; });
}

void parameters::erase(std::string_view name) noexcept {
  std::erase_if(entries_, [&](const entry& item) { return item.name == name; });
}

std::string parameters::form() const {
  std::string body;
  std::size_t size = 0;
  for (const auto& item : entries_) {
    if (item.text) size += item.name.size() + item.text->size() + 2;
  }
  // What is plain fits, with the usual common parameters behind it.
  body.reserve(size + 32);
  for (const auto& item : entries_) append_pair(body, item);
  return body;
}

void parameters::append_form(std::string& body, const parameters& winners) const {
  for (const auto& item : entries_) {
    if (!winners.mentions(item.name)) append_pair(body, item);
  }
}

}  // namespace vkxx
