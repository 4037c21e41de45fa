// Options and information of libcurl's easy handles.
#pragma once

#include <curl/curl.h>

#include <new>

namespace vkxx::http::detail {

/// Sets an option. Throws `std::bad_alloc`: libcurl 7.88 has every option that is used, so it fails
/// only for lack of memory.
template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  if (curl_easy_setopt(handle, option, value) != CURLE_OK) throw std::bad_alloc{};
}

/// Returns information about the last exchange of the handle.
template <class Value>
[[nodiscard]] Value info(CURL* handle, CURLINFO key) noexcept {
  Value value{};
  curl_easy_getinfo(handle, key, &value);
  return value;
}

}  // namespace vkxx::http::detail
