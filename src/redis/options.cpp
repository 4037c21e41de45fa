#include <vkxx/redis/options.hpp>

#include <utility>

namespace vkxx::redis {

sentinel_list& sentinel_list::add(secret url) {
  urls_.push_back(std::move(url));
  return *this;
}

sentinel_list& sentinel_list::add(std::string_view url) {
  return add(secret{url});
}

sentinel_list& sentinel_list::ca_file(std::string path) {
  ca_file_ = std::move(path);
  return *this;
}

sentinel_list& sentinel_list::client_certificate(certificate_files files) {
  client_certificate_ = std::move(files);
  return *this;
}

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

options& options::certificate_name(std::string name) {
  certificate_name_ = std::move(name);
  return *this;
}

options& options::wait_for_replicas(std::size_t count) {
  wait_for_replicas_ = count;
  return *this;
}

options& options::sentinels(sentinel_list list) {
  sentinels_ = std::move(list);
  return *this;
}

}  // namespace vkxx::redis
