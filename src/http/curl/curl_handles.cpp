#include "http/curl/curl_handles.hpp"

#include <new>

namespace vkxx::http::detail {
namespace {

template <class Owner>
Owner checked(Owner owner) {
  if (!owner) throw std::bad_alloc{};
  return owner;
}

}  // namespace

void initialise_curl() {
  static const auto outcome = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (outcome != CURLE_OK) throw std::bad_alloc{};
}

curl_easy make_curl_easy() {
  return checked(curl_easy{curl_easy_init()});
}
curl_multi make_curl_multi() {
  return checked(curl_multi{curl_multi_init()});
}
curl_share make_curl_share() {
  return checked(curl_share{curl_share_init()});
}
curl_address make_curl_address() {
  return checked(curl_address{curl_url()});
}

}  // namespace vkxx::http::detail
