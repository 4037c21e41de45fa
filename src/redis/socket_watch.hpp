// A socket of hiredis, registered with asio while it is open.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>

namespace vkxx::redis::detail {

// Used on the thread of its io_context only. Pending waits own it; `close` cancels them.
class socket_watch : public std::enable_shared_from_this<socket_watch> {
 public:
  // hiredis owns the socket and closes it after `close`.
  socket_watch(boost::asio::io_context& io, int socket, std::function<void()> readable,
               std::function<void()> writable)
      : descriptor_{io, socket}, readable_{std::move(readable)}, writable_{std::move(writable)} {}
  ~socket_watch() { close(); }
  socket_watch(const socket_watch&) = delete;
  socket_watch& operator=(const socket_watch&) = delete;

  void want_read(bool wanted) { want(read_, wanted, wait_read); }
  void want_write(bool wanted) { want(write_, wanted, wait_write); }
  void close() noexcept {
    open_ = false;
    if (descriptor_.is_open()) descriptor_.release();
  }

 private:
  using wait_type = boost::asio::posix::descriptor_base::wait_type;
  static constexpr auto wait_read = boost::asio::posix::descriptor_base::wait_read;
  static constexpr auto wait_write = boost::asio::posix::descriptor_base::wait_write;

  struct side {
    bool wanted = false;
    bool waiting = false;
  };

  void want(side& of, bool wanted, wait_type event) {
    of.wanted = wanted;
    if (wanted && !of.waiting) wait(of, event);
  }
  void wait(side& of, wait_type event) {
    of.waiting = true;
    descriptor_.async_wait(
        event, [self = shared_from_this(), &of, event](boost::system::error_code failure) {
          of.waiting = false;
          if (!self->open_ || failure) return;
          if (of.wanted) (event == wait_read ? self->readable_ : self->writable_)();
          // hiredis may have closed it meanwhile.
          if (self->open_ && of.wanted && !of.waiting) self->wait(of, event);
        });
  }

  boost::asio::posix::stream_descriptor descriptor_;
  std::function<void()> readable_;
  std::function<void()> writable_;
  side read_;
  side write_;
  bool open_ = true;
};

}  // namespace vkxx::redis::detail
