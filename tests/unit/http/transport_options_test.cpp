// Options of the transport that would change requests in ways that nobody means.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <string>

#include <vkxx/core/exception.hpp>
#include <vkxx/http/curl_transport.hpp>

namespace vkxx::http {
namespace {

TEST(TransportOptions, TheUserAgentBeginsNoOtherHeader) {
  asio::io_context io;
  for (const auto& name :
       {std::string{"a\r\nX-Other: b"}, std::string{"a\nb"}, std::string{"\0", 1}}) {
    transport_options options;
    options.user_agent(name);
    EXPECT_THROW(static_cast<void>(make_curl_transport(io.get_executor(), options)),
                 usage_exception);
  }
  transport_options options;
  options.user_agent("bot/1.0 (+https://example.org) Привет");
  EXPECT_NE(make_curl_transport(io.get_executor(), options), nullptr);
}

}  // namespace
}  // namespace vkxx::http
