#include "redis/tls_context.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/core/printable.hpp>
#include "redis/sentinel/primary_search.hpp"

namespace vkxx::redis::detail {
namespace {

namespace ssl = boost::asio::ssl;

error unreadable(const std::string& path, const boost::system::error_code& failure) {
  return {errc::invalid_argument, request_effect::not_sent,
          "redis::options: the file " + printable(path) +
              " could not be used for TLS: " + failure.message() + "; expected a PEM file"};
}

using tls_context = std::shared_ptr<ssl::context>;

result<void> load_certificate(ssl::context& context, const certificate_files& files) {
  boost::system::error_code failure;
  context.use_certificate_chain_file(files.certificate(), failure);
  if (failure) return unreadable(files.certificate(), failure);
  context.use_private_key_file(files.key(), ssl::context::pem, failure);
  if (failure) return unreadable(files.key(), failure);
  return {};
}

result<tls_context> make_context(const std::string& ca_file, const certificate_files& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 |
                       ssl::context::no_tlsv1_1);
  boost::system::error_code failure;
  if (ca_file.empty()) {
    context->set_default_verify_paths(failure);
  } else {
    context->load_verify_file(ca_file, failure);
  }
  if (failure) return unreadable(ca_file, failure);
  if (!files.empty()) {
    if (auto loaded = load_certificate(*context, files); !loaded) return loaded.error();
  }
  return context;
}

error unencrypted(const char* whose) {
  return {errc::invalid_argument, request_effect::not_sent,
          std::string{whose} +
              " names certificates, but no URL of it begins with rediss://: the connection would "
              "not be encrypted"};
}

result<std::vector<endpoint>> read_sentinels(const options& options) {
  const auto& list = options.sentinels();
  const auto& ca_file = list.ca_file().empty() ? options.ca_file() : list.ca_file();
  const auto& files =
      list.client_certificate().empty() ? options.client_certificate() : list.client_certificate();
  std::vector<endpoint> sentinels;
  tls_context context;
  for (const auto& url : list.urls()) {
    auto server = read_sentinel_address(url);
    if (!server) return server.error();
    if (server->tls && !context) {
      auto loaded = make_context(ca_file, files);
      if (!loaded) return loaded.error();
      context = *std::move(loaded);
    }
    endpoint sentinel;
    sentinel.tls = server->tls ? context : nullptr;
    sentinel.server = *std::move(server);
    sentinels.push_back(std::move(sentinel));
  }
  const bool unused = !list.ca_file().empty() || !list.client_certificate().empty();
  if (unused && !context) return unencrypted("redis::sentinel_list");
  return sentinels;
}

}  // namespace

result<endpoint> read_endpoint(const options& options) {
  const bool watched = !options.sentinels().urls().empty();
  auto server = watched ? read_primary_address(options.url()) : read_address(options.url());
  if (!server) return server.error();
  endpoint read;
  read.certificate_name = options.certificate_name();
  read.server = *std::move(server);
  if (watched) {
    auto sentinels = read_sentinels(options);
    if (!sentinels) return sentinels.error();
    read.sentinels =
        std::make_shared<const sentinel_set>(sentinel_set{read.server.host, *std::move(sentinels)});
  }
  if (!read.server.tls) {
    const bool named = !options.ca_file().empty() || !options.client_certificate().empty() ||
                       !options.certificate_name().empty();
    if (named) return unencrypted("redis::options");
    return read;
  }
  auto context = make_context(options.ca_file(), options.client_certificate());
  if (!context) return context.error();
  read.tls = *std::move(context);
  return read;
}

}  // namespace vkxx::redis::detail
