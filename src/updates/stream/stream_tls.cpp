#include "updates/stream/stream_tls.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>

namespace vkxx::detail {

stream_tls& stream_tls::of(const asio::any_io_executor& executor) {
  return asio::use_service<stream_tls>(asio::query(executor, asio::execution::context));
}

std::shared_ptr<asio::ssl::context> stream_tls::trusting(const std::string& ca_file,
                                                         time_point now) {
  const std::lock_guard lock{mutex_};
  auto& known = loaded_[ca_file];
  const bool fresh = now - known.at < longest_use;
  if (auto context = known.context.lock(); context && fresh) return context;
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  context->set_default_verify_paths();
  if (!ca_file.empty()) context->load_verify_file(ca_file);
  context->set_verify_mode(asio::ssl::verify_peer);
  known.context = context;
  known.at = now;
  return context;
}

}  // namespace vkxx::detail
