/// @file
/// An open stream of the Streaming API, as a WebSocket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "emulator/http/http_message.hpp"
#include "emulator/transports/streaming/stream_hub.hpp"

namespace vkxx::emulation::detail {

/// Accepts the request and sends what comes into the queue, until either side closes. Pings keep
/// the connection alive.
template <class Stream>
boost::asio::awaitable<void> serve_web_socket(Stream stream, http_message request,
                                              std::shared_ptr<stream_queue> queue);

}  // namespace vkxx::emulation::detail
