// The reference: libcurl's own poll loop, written for speed alone.
#include <curl/curl.h>

#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "contenders.hpp"

namespace bench {
namespace {

template <auto Function>
struct deleter {
  template <class Handle>
  void operator()(Handle* handle) const {
    Function(handle);
  }
};
using easy = std::unique_ptr<CURL, deleter<curl_easy_cleanup>>;
using multi = std::unique_ptr<CURLM, deleter<curl_multi_cleanup>>;
using list = std::unique_ptr<curl_slist, deleter<curl_slist_free_all>>;

std::size_t append(char* data, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(data, size * count);
  return size * count;
}

easy make_easy(const std::string& url, curl_slist* headers, std::string& answer) {
  easy handle{curl_easy_init()};
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body);
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(std::strlen(body)));
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle.get(), CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(handle.get(), CURLOPT_USERAGENT, "vkxx/" VKXX_VERSION);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, 10'000L);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(handle.get(), CURLOPT_PRIVATE, &answer);
  return handle;
}

void check(CURL* handle, CURLcode outcome) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  if (outcome != CURLE_OK || status != 200) throw std::runtime_error{"a call failed"};
}

}  // namespace

void run_bare_curl(const workload& work) {
  const auto url = work.url + path;
  list headers{curl_slist_append(nullptr, "Accept: application/json")};
  curl_slist_append(headers.get(), (std::string{"Authorization: Bearer "} + token).c_str());
  const multi loop{curl_multi_init()};
  std::vector<std::string> answers(static_cast<std::size_t>(work.in_flight));
  std::vector<easy> handles;
  int started = 0;
  for (auto& answer : answers) {
    handles.push_back(make_easy(url, headers.get(), answer));
    curl_multi_add_handle(loop.get(), handles.back().get());
    ++started;
  }
  int running = 1;
  while (running > 0) {
    curl_multi_perform(loop.get(), &running);
    int left = 0;
    while (const auto* said = curl_multi_info_read(loop.get(), &left)) {
      auto* const handle = said->easy_handle;
      check(handle, said->data.result);
      curl_multi_remove_handle(loop.get(), handle);
      if (started == work.calls) continue;
      std::string* answer = nullptr;
      curl_easy_getinfo(handle, CURLINFO_PRIVATE, &answer);
      answer->clear();
      curl_multi_add_handle(loop.get(), handle);
      ++started;
      running = 1;
    }
    if (running > 0) curl_multi_poll(loop.get(), nullptr, 0, 1000, nullptr);
  }
  for (const auto& handle : handles) curl_multi_remove_handle(loop.get(), handle.get());
}

}  // namespace bench
