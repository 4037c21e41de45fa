// The sockets of libcurl, watched by Asio.
#include <sys/socket.h>
#include <unistd.h>

#include <boost/system/system_error.hpp>
#include <cerrno>
#include <exception>
#include <utility>

#include "http/curl/curl_engine.hpp"
#include "http/curl/watched_socket.hpp"

namespace vkxx::http::detail {

void curl_engine::watch(curl_socket_t socket, int events, bool connected) {
  auto found = sockets_.find(socket);
  if (events == CURL_POLL_REMOVE) {
    if (found == sockets_.end()) return;
    if (take_over_if_connected(found->second, socket, connected)) {
      found->second->want(0);
    } else {
      found->second->close();
      sockets_.erase(found);
    }
    return;
  }
  if (found == sockets_.end()) {
    auto watched = watched_socket::of_unconnected(*this, *strand_, socket);
    found = sockets_.emplace(socket, std::move(watched)).first;
  }
  take_over_if_connected(found->second, socket, connected);
  found->second->want(events);
}

bool curl_engine::take_over_if_connected(std::shared_ptr<watched_socket>& watched,
                                         curl_socket_t socket, bool connected) {
  if (!watched->is_duplicate()) return true;
  if (!connected || !watched->is_still_the_same()) return false;
  try {
    auto replacement = watched_socket::of_connected(*this, *strand_, socket);
    watched->close();
    watched = std::move(replacement);
    return true;
  } catch (const std::exception&) {
    return false;  // the duplicate watches as well
  }
}

// Never returns -1: that would end every current and future exchange of the multi handle.
int curl_engine::on_socket(CURL* handle, curl_socket_t socket, int events, void* self, void*) {
  auto& engine = *static_cast<curl_engine*>(self);
  auto* const exchange = curl_exchange::of(handle);
  int failure = 0;
  try {
    engine.watch(socket, events, exchange != nullptr && exchange->request_begun());
  } catch (const boost::system::system_error& refused) {
    failure = refused.code().value();
  } catch (const std::exception&) {
    failure = ENOMEM;
  }
  // Nothing else is known of libcurl's own handles; libcurl's timers drive them.
  if (failure != 0 && exchange != nullptr) {
    exchange->watch_error = failure;
    engine.some_unwatched_ = true;
  }
  return 0;
}

curl_socket_t curl_engine::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& sockets = static_cast<curl_engine*>(self)->sockets_;
  const auto socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                               address->protocol);
  if (socket == -1) return CURL_SOCKET_BAD;
  // An earlier socket with that number, which libcurl closed without a callback.
  if (const auto stale = sockets.find(socket); stale != sockets.end()) {
    stale->second->close();
    sockets.erase(stale);
  }
  return socket;
}

int curl_engine::close_socket(void* self, curl_socket_t socket) {
  auto& sockets = static_cast<curl_engine*>(self)->sockets_;
  const auto found = sockets.find(socket);
  if (found == sockets.end() || found->second->is_duplicate()) ::close(socket);
  if (found != sockets.end()) {
    found->second->close();
    sockets.erase(found);
  }
  return 0;
}

}  // namespace vkxx::http::detail
