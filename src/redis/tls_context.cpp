#include "redis/tls_context.hpp"

#include <memory>
#include <string>
#include <utility>

#include <vkxx/core/printable.hpp>

namespace vkxx::redis::detail {
namespace {

namespace ssl = boost::asio::ssl;

error unreadable(const std::string& path, const boost::system::error_code& failure) {
  return {errc::invalid_argument, request_effect::not_sent,
          "redis::options: the file " + printable(path) +
              " could not be used for TLS: " + failure.message() + "; expected a PEM file"};
}

result<void> load_certificate(ssl::context& context, const options& options) {
  boost::system::error_code failure;
  context.use_certificate_chain_file(options.client_certificate().certificate(), failure);
  if (failure) return unreadable(options.client_certificate().certificate(), failure);
  context.use_private_key_file(options.client_certificate().key(), ssl::context::pem, failure);
  if (failure) return unreadable(options.client_certificate().key(), failure);
  return {};
}

}  // namespace

result<endpoint> read_endpoint(const options& options) {
  auto server = read_address(options.url());
  if (!server) return server.error();
  endpoint read{*std::move(server), nullptr};
  if (!read.server.tls) {
    if (options.ca_file().empty() && options.client_certificate().empty()) return read;
    return error{errc::invalid_argument, request_effect::not_sent,
                 "redis::options names certificates, but its URL does not begin with rediss://: "
                 "the connection would not be encrypted"};
  }
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 |
                       ssl::context::no_tlsv1_1);
  boost::system::error_code failure;
  if (options.ca_file().empty()) {
    context->set_default_verify_paths(failure);
  } else {
    context->load_verify_file(options.ca_file(), failure);
  }
  if (failure) return unreadable(options.ca_file(), failure);
  if (!options.client_certificate().empty()) {
    if (auto loaded = load_certificate(*context, options); !loaded) return loaded.error();
  }
  read.tls = std::move(context);
  return read;
}

}  // namespace vkxx::redis::detail
