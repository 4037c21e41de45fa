#include <vkxx/client/endpoints.hpp>

#include <utility>

namespace vkxx {
namespace {

std::string without_last_slashes(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

}  // namespace

endpoints::endpoints()
    : api_{"https://api.vk.ru"},
      oauth_{"https://oauth.vk.ru"},
      id_{"https://id.vk.ru"},
      login_{"https://login.vk.ru"},
      mobile_{"https://m.vk.ru"} {}

endpoints& endpoints::api(std::string url) {
  api_ = without_last_slashes(std::move(url));
  return *this;
}

endpoints& endpoints::oauth(std::string url) {
  oauth_ = without_last_slashes(std::move(url));
  return *this;
}

endpoints& endpoints::id(std::string url) {
  id_ = without_last_slashes(std::move(url));
  return *this;
}

endpoints& endpoints::login(std::string url) {
  login_ = without_last_slashes(std::move(url));
  return *this;
}

endpoints& endpoints::mobile(std::string url) {
  mobile_ = without_last_slashes(std::move(url));
  return *this;
}

endpoints& endpoints::all(const std::string& url) {
  return api(url).oauth(url).id(url).login(url).mobile(url);
}

}  // namespace vkxx
