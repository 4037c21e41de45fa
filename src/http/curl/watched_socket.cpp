#include "http/curl/watched_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/system/system_error.hpp>
#include <cerrno>

#include "http/curl/curl_engine.hpp"

namespace vkxx::http::detail {

using descriptor_base = boost::asio::posix::descriptor_base;
namespace {

// libcurl sends one block each time. An upload gives others their turn after so many.
constexpr int most_blocks_in_a_row = 16;

}  // namespace

std::shared_ptr<watched_socket> watched_socket::of_connected(curl_engine& engine,
                                                             const executor& where,
                                                             curl_socket_t socket) {
  return std::make_shared<watched_socket>(engine, where, socket, socket);
}

std::shared_ptr<watched_socket> watched_socket::of_unconnected(curl_engine& engine,
                                                               const executor& where,
                                                               curl_socket_t socket) {
  const auto duplicate = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (duplicate == -1) {
    throw boost::system::system_error{errno, boost::system::generic_category()};
  }
  try {
    return std::make_shared<watched_socket>(engine, where, socket, duplicate);
  } catch (...) {
    ::close(duplicate);
    throw;
  }
}

watched_socket::watched_socket(curl_engine& engine, const executor& where, curl_socket_t socket,
                               int watched)
    : engine_{&engine}, descriptor_{where, watched}, socket_{socket}, watched_{watched} {}

watched_socket::~watched_socket() {
  close();
}

void watched_socket::want(int events) {
  wanted_ = events;
  const bool needless =
      (reading_ && (events & CURL_POLL_IN) == 0) || (writing_ && (events & CURL_POLL_OUT) == 0);
  // An unneeded wait would keep `io_context::run` from returning.
  if (needless) {
    boost::system::error_code ignored;
    static_cast<void>(descriptor_.cancel(ignored));
  } else {
    wait_as_wanted();
  }
}

void watched_socket::close() noexcept {
  engine_ = nullptr;
  wanted_ = 0;
  if (!descriptor_.is_open()) return;
  if (is_duplicate()) {
    // Not `close`: that relies on the kernel to drop the registration, which happens only when the
    // last duplicate is closed.
    descriptor_.release();
    ::close(watched_);
  } else {
    boost::system::error_code ignored;
    static_cast<void>(descriptor_.close(ignored));
  }
}

bool watched_socket::is_still_the_same() const noexcept {
  struct stat mine {};
  struct stat theirs {};
  return ::fstat(watched_, &mine) == 0 && ::fstat(socket_, &theirs) == 0 &&
         mine.st_dev == theirs.st_dev && mine.st_ino == theirs.st_ino;
}

void watched_socket::wait_as_wanted() {
  if ((wanted_ & CURL_POLL_IN) != 0 && !reading_) wait(CURL_POLL_IN, reading_);
  if ((wanted_ & CURL_POLL_OUT) != 0 && !writing_) wait(CURL_POLL_OUT, writing_);
}

void watched_socket::wait(int event, bool& pending) {
  descriptor_.async_wait(
      event == CURL_POLL_IN ? descriptor_base::wait_read : descriptor_base::wait_write,
      [self = shared_from_this(), event, &pending](boost::system::error_code failure) {
        pending = false;
        if (self->engine_ == nullptr) return;
        if (!failure) self->ready(event);
        self->wait_as_wanted();
      });
  pending = true;  // not if that threw; the handler always runs later
}

void watched_socket::ready(int event) {
  if (event == CURL_POLL_OUT) {
    send_blocks();
  } else if ((wanted_ & CURL_POLL_IN) != 0) {
    engine_->drive(socket_, CURL_CSELECT_IN);
  }
}

// While the socket takes more, a `poll` costs less than another wait.
void watched_socket::send_blocks() {
  bool readable = (wanted_ & CURL_POLL_IN) != 0 && (ready_for(POLLIN) & POLLIN) != 0;
  for (int block = 0; block < most_blocks_in_a_row && (wanted_ & CURL_POLL_OUT) != 0; ++block) {
    // If libcurl knows that it can read, it reads before it writes. If a server answers without
    // reading the whole request, the answer must be read first, since a write fails.
    engine_->drive(socket_, CURL_CSELECT_OUT | (readable ? CURL_CSELECT_IN : 0));
    // The engine may have closed this socket, or waits for it again.
    if (engine_ == nullptr || writing_ || (wanted_ & CURL_POLL_OUT) == 0) return;
    const auto ready = ready_for(POLLIN | POLLOUT);
    if ((ready & POLLOUT) == 0) return;
    readable = (wanted_ & CURL_POLL_IN) != 0 && (ready & POLLIN) != 0;
  }
}

int watched_socket::ready_for(short events) const noexcept {
  pollfd polled{watched_, events, 0};
  return ::poll(&polled, 1, 0) > 0 ? polled.revents : 0;
}

}  // namespace vkxx::http::detail
