#include "http/watched_socket.hpp"

#include "http/curl_engine.hpp"

namespace vkxx::http {

using descriptor_base = boost::asio::posix::descriptor_base;

watched_socket::watched_socket(curl_engine& engine, const executor& where, curl_socket_t socket,
                               bool owned)
    : engine_{&engine}, descriptor_{where, socket}, socket_{socket}, owned_{owned} {}

watched_socket::~watched_socket() {
  close();
}

void watched_socket::want(int events) {
  wanted_ = events;
  const bool needless =
      (reading_ && (events & CURL_POLL_IN) == 0) || (writing_ && (events & CURL_POLL_OUT) == 0);
  // A wait that nobody needs would keep `io_context::run` from returning.
  if (needless) {
    boost::system::error_code ignored;
    descriptor_.cancel(ignored);
  } else {
    wait_as_wanted();
  }
}

void watched_socket::close() noexcept {
  engine_ = nullptr;
  wanted_ = 0;
  if (!descriptor_.is_open()) return;
  if (owned_) {
    boost::system::error_code ignored;
    descriptor_.close(ignored);
  } else {
    descriptor_.release();
  }
}

void watched_socket::wait_as_wanted() {
  if ((wanted_ & CURL_POLL_IN) != 0 && !reading_) wait(CURL_POLL_IN, reading_);
  if ((wanted_ & CURL_POLL_OUT) != 0 && !writing_) wait(CURL_POLL_OUT, writing_);
}

void watched_socket::wait(int event, bool& pending) {
  pending = true;
  descriptor_.async_wait(
      event == CURL_POLL_IN ? descriptor_base::wait_read : descriptor_base::wait_write,
      [self = shared_from_this(), event, &pending](boost::system::error_code failure) {
        pending = false;
        if (self->engine_ == nullptr) return;
        if (!failure) self->ready(event);
        self->wait_as_wanted();
      });
}

void watched_socket::ready(int event) {
  if ((wanted_ & event) == 0) return;
  // The engine may close this socket meanwhile.
  engine_->drive(socket_, event == CURL_POLL_IN ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
}

}  // namespace vkxx::http
