// Replaces libsecret.cpp if the header is missing at build time.
#include "auth/signatures/signature_errors.hpp"
#include "auth/stores/libsecret.hpp"

namespace vkxx::auth::detail {
namespace {

error not_built() {
  return malformed(
      "there is no desktop keyring in this build of vkxx: the headers of libsecret were missing; "
      "keep tokens in a file");
}

}  // namespace

struct libsecret::functions {};

result<const libsecret*> libsecret::load() {
  return not_built();
}

result<secret> libsecret::look_up(const std::string& /*profile*/) const {
  return not_built();
}

result<void> libsecret::put(const std::string& /*profile*/, const secret& /*text*/) const {
  return not_built();
}

result<void> libsecret::clear(const std::string& /*profile*/) const {
  return not_built();
}

}  // namespace vkxx::auth::detail
