// A system that has no descriptor left at a chosen moment.
#pragma once

namespace vkxx::http::test {

/// While it lives, the calls of this thread to `socket`, `fcntl(F_DUPFD_CLOEXEC)`, `socketpair`,
/// `pipe2` and `epoll_ctl(EPOLL_CTL_ADD)` are counted, and those from `first` on (counted from 0),
/// `count` of them, fail as if no descriptor were left.
class scarce_descriptors {
 public:
  scarce_descriptors(int first, int count);
  ~scarce_descriptors();
  scarce_descriptors(const scarce_descriptors&) = delete;
  scarce_descriptors& operator=(const scarce_descriptors&) = delete;

  /// How many calls were made to fail.
  [[nodiscard]] int refused() const;
};

}  // namespace vkxx::http::test
