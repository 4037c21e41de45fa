#include <vkxx/redis/options.hpp>

#include <utility>

namespace vkxx::redis {

options::options(secret url) : url_{std::move(url)} {}

options::options(std::string_view url) : options{secret{url}} {}

options& options::timeout(std::chrono::milliseconds most) {
  timeout_ = most;
  return *this;
}

options& options::prefix(std::string text) {
  prefix_ = std::move(text);
  return *this;
}

options& options::ca_file(std::string path) {
  ca_file_ = std::move(path);
  return *this;
}

options& options::client_certificate(certificate_files files) {
  client_certificate_ = std::move(files);
  return *this;
}

}  // namespace vkxx::redis
