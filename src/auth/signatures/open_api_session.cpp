#include <algorithm>
#include <array>
#include <vkxx/auth/open_api_session.hpp>

#include "auth/html/form_fields.hpp"
#include "auth/signatures/signature_errors.hpp"
#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"

namespace vkxx::auth {

using namespace detail;

result<signed_fields> verify_open_api_session(std::string_view cookie, const secret& protected_key,
                                              wall_time now) {
  if (protected_key.empty()) return malformed("the app's protected key is empty");
  const auto all = read_form(cookie);
  if (!all) return malformed("the cookie cannot be read");
  std::vector<form_field> fields;
  std::string text;
  for (const std::string_view name : {"expire", "mid", "secret", "sid"}) {
    const auto count = std::count_if(all->begin(), all->end(),
                                     [&](const form_field& field) { return field.first == name; });
    if (count != 1) {
      return malformed("the cookie must have `" + std::string{name} + "` exactly once");
    }
    const auto value = *find_field(*all, name);
    text.append(name).append("=").append(value);
    fields.emplace_back(name, value);
  }
  const auto sig = find_field(*all, "sig");
  if (!sig) return malformed("the cookie has no `sig`");
  text += protected_key.expose();
  if (!vkxx::detail::same_in_constant_time(vkxx::detail::to_hex(vkxx::detail::md5(text)), *sig)) {
    return untrusted("the signature of the cookie is wrong");
  }
  signed_fields found{std::move(fields)};
  const auto expire = found.number("expire");
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (!expire || *expire < seconds) return untrusted("the session of the cookie is over");
  return found;
}

}  // namespace vkxx::auth
