// Requests to the control API of an emulator.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <string_view>

#include <vkxx/http/transport.hpp>

namespace vkxx::bot_testing::detail {

class control_link {
 public:
  explicit control_link(std::string url);

  // The body of the answer. Throws std::runtime_error for a refusal.
  std::string ask(std::string_view method, std::string_view path, const std::string& body);

 private:
  std::string url_;
  asio::io_context context_;
  std::shared_ptr<http::transport> transport_;
};

}  // namespace vkxx::bot_testing::detail
