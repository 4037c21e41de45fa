// Exchanges as a test wants them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include <vkxx/http/curl_transport.hpp>

namespace vkxx::http::test {

namespace asio = boost::asio;

/// A POST of `body` as VK is called.
request post_to(std::string url, std::string body = "v=5.199");

/// A transport on an event loop of its own; each call runs the loop until its exchanges are done.
class transport_under_test {
 public:
  explicit transport_under_test(transport_options options = {});

  result<response> send(request message);
  /// All at the same time; the outcomes in the order of the requests.
  std::vector<result<response>> send_all(std::vector<request> messages);
  asio::io_context& context() { return context_; }
  const std::shared_ptr<transport>& get() { return transport_; }
  /// Gives the transport up, and lets the loop run dry.
  void destroy();

 private:
  asio::io_context context_;
  std::shared_ptr<transport> transport_;
};

}  // namespace vkxx::http::test
