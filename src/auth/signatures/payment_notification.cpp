#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <vkxx/auth/payment_notification.hpp>

#include "auth/html/form_fields.hpp"
#include "auth/signatures/signature_errors.hpp"
#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"

namespace vkxx::auth {

using namespace detail;

result<signed_fields> verify_payment_notification(std::string_view body,
                                                  const secret& protected_key) {
  constexpr std::size_t largest = std::size_t{10} << 20U;
  if (protected_key.empty()) return malformed("the app's protected key is empty");
  if (body.size() > largest) return malformed("the notification is larger than 10 MiB");
  auto fields = read_form(body);
  if (!fields) return malformed("the notification cannot be read as a form");
  const auto found = find_field(*fields, "sig");
  if (!found) return malformed("the notification has no `sig`");
  const std::string sig{*found};
  std::erase_if(*fields, [](const form_field& field) { return field.first == "sig"; });
  sort_by_name(*fields);
  std::string text;
  for (const auto& [name, value] : *fields) text.append(name).append("=").append(value);
  text += protected_key.expose();
  if (!vkxx::detail::same_in_constant_time(vkxx::detail::to_hex(vkxx::detail::md5(text)), sig)) {
    return untrusted("the signature of the notification is wrong");
  }
  return signed_fields{std::move(*fields)};
}

std::string payment_error(int code, std::string_view message, bool critical) {
  boost::json::object reason;
  reason["error_code"] = code;
  reason["error_msg"] = boost::json::string_view{message.data(), message.size()};
  reason["critical"] = critical;
  boost::json::object answer;
  answer["error"] = std::move(reason);
  return boost::json::serialize(answer);
}

}  // namespace vkxx::auth
