/// @file
/// Uploads through the service, without sockets.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "unit/emulator/files/sample_pictures.hpp"
#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {

/// A value of a form.
inline std::string escaped(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    result += '%';
    result += digits[byte >> 4U];
    result += digits[byte & 15U];
  }
  return result;
}

class upload_fixture : public service_fixture {
 protected:
  explicit upload_fixture(emulator_options options = emulator_options{})
      : service_fixture{std::move(options)} {}

  /// The address that a method gives, without the host.
  std::string address(const std::string& method, const std::string& form = {},
                      const std::string& token = {}) {
    const auto given = call(method, form, token);
    const auto& url = given.is_string() ? given : url_in(given.as_object());
    return std::string{url.as_string()}.substr(std::string_view{"http://emulator"}.size());
  }
  detail::answer send_files(const std::string& target, const std::vector<sent_part>& parts) {
    detail::http_message message;
    message.method = "POST";
    message.target = target;
    message.headers.emplace_back("Content-Type",
                                 "multipart/form-data; boundary=" + std::string{sample_boundary});
    message.body = form_of(parts);
    return vk.handle(message);
  }
  boost::json::value upload(const std::string& target, const std::vector<sent_part>& parts) {
    const auto reply = send_files(target, parts);
    EXPECT_EQ(reply.status, 200U);
    return boost::json::parse(reply.body);
  }
  boost::json::value upload(const std::string& target, const std::string& field,
                            const std::string& filename, const std::string& content) {
    return upload(target, {{field, filename, content}});
  }
  /// The members of an answer as a form for the save method.
  static std::string form_from(const boost::json::value& answer) {
    std::string form;
    for (const auto& [name, value] : answer.as_object()) {
      form += form.empty() ? "" : "&";
      form += std::string{name} + "=";
      form += escaped(value.is_string() ? std::string{value.as_string()} : text(value));
    }
    return form;
  }

 private:
  static const boost::json::value& url_in(const boost::json::object& given) {
    for (const auto* name : {"upload_url", "picture_upload_link", "audio_upload_link"})
      if (const auto* url = given.if_contains(name)) return *url;
    throw std::runtime_error{"no address"};
  }
};

}  // namespace vkxx::emulation
