// Options and facts of libcurl's easy handles.
#pragma once

#include <curl/curl.h>

#include <new>

namespace vkxx::http::detail {

/// Sets an option. Throws `std::bad_alloc`: libcurl refuses one only for lack of memory, as all
/// that are used are in version 7.88.
template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  if (curl_easy_setopt(handle, option, value) != CURLE_OK) throw std::bad_alloc{};
}

/// A fact of the exchange that the handle did last.
template <class Value>
[[nodiscard]] Value info(CURL* handle, CURLINFO key) noexcept {
  Value value{};
  curl_easy_getinfo(handle, key, &value);
  return value;
}

}  // namespace vkxx::http::detail
