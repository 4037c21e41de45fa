// RAII for libcurl's handles, and its global initialisation.
#pragma once

#include <curl/curl.h>

#include <memory>

namespace vkxx::http::detail {

struct curl_easy_deleter {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct curl_multi_deleter {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};
struct curl_share_deleter {
  void operator()(CURLSH* handle) const noexcept { curl_share_cleanup(handle); }
};

struct curl_address_deleter {
  void operator()(CURLU* handle) const noexcept { curl_url_cleanup(handle); }
};

using curl_easy = std::unique_ptr<CURL, curl_easy_deleter>;
using curl_multi = std::unique_ptr<CURLM, curl_multi_deleter>;
using curl_share = std::unique_ptr<CURLSH, curl_share_deleter>;
using curl_address = std::unique_ptr<CURLU, curl_address_deleter>;

/// Initialises libcurl once per process. Throws `std::bad_alloc` on failure. Never undone: the
/// process may have other users of libcurl.
void initialise_curl();

/// Create handles. Throw `std::bad_alloc`.
[[nodiscard]] curl_easy make_curl_easy();
[[nodiscard]] curl_multi make_curl_multi();
[[nodiscard]] curl_share make_curl_share();
[[nodiscard]] curl_address make_curl_address();

}  // namespace vkxx::http::detail
