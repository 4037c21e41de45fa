#include <vkxx/client/request.hpp>

namespace vkxx {

request& request::access_token(secret token) & {
  token_ = std::move(token);
  return *this;
}

request&& request::access_token(secret token) && {
  return std::move(access_token(std::move(token)));
}

request& request::access_token(std::string token) & {
  return access_token(secret{std::move(token)});
}

request&& request::access_token(std::string token) && {
  return std::move(access_token(secret{std::move(token)}));
}

void request::take_token() {
  constexpr std::string_view name = "access_token";
  token_ = secret{parameters_.find(name).value_or(std::string_view{})};
  parameters_.erase(name);
}

}  // namespace vkxx
