// Texts from the address line and from forms: redirects, launch parameters, cookies, notifications.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <vkxx/auth/launch_params.hpp>
#include <vkxx/auth/open_api_session.hpp>
#include <vkxx/auth/payment_notification.hpp>

#include "auth/oauth/redirect_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vkxx::auth;
  using namespace vkxx::auth::detail;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const vkxx::secret key{"a key that no input can know"};
  // Nothing that is not signed with the key may pass.
  if (launch_verifier{key}.max_age(std::nullopt).verify(text)) std::abort();
  if (verify_open_api_session(text, key, wall_time{})) std::abort();
  if (verify_payment_notification(text, key)) std::abort();
  const auto came = read_redirect(text, "https://a.b/c", "st");
  if (came && came->code.empty()) std::abort();
  return 0;
}
