#include "integration/http/servers/scarce_descriptors.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdarg>

namespace {

thread_local bool scarce = false;
thread_local int until_first = 0;
thread_local int left_to_refuse = 0;
thread_local int refusals = 0;

bool refuse(int error) {
  if (!scarce || until_first-- > 0 || left_to_refuse-- <= 0) return false;
  ++refusals;
  errno = error;
  return true;
}

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// They take the place of the C library's for the whole program, libcurl included.
extern "C" int socket(int domain, int type, int protocol) noexcept {
  if (refuse(EMFILE)) return -1;
  static const auto next = real<int (*)(int, int, int)>("socket");
  return next(domain, type, protocol);
}

extern "C" int socketpair(int domain, int type, int protocol, int* pair) noexcept {
  if (refuse(ENFILE)) return -1;
  static const auto next = real<int (*)(int, int, int, int*)>("socketpair");
  return next(domain, type, protocol, pair);
}

extern "C" int epoll_ctl(int epoll, int operation, int descriptor, epoll_event* event) noexcept {
  if (operation == EPOLL_CTL_ADD && refuse(ENOSPC)) return -1;
  static const auto next = real<int (*)(int, int, int, epoll_event*)>("epoll_ctl");
  return next(epoll, operation, descriptor, event);
}

extern "C" int fcntl(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  if (command == F_DUPFD_CLOEXEC && refuse(EMFILE)) return -1;
  static const auto next = real<int (*)(int, int, ...)>("fcntl");
  return next(descriptor, command, argument);
}
extern "C" int fcntl64(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  return fcntl(descriptor, command, argument);
}

namespace vkxx::http::test {

scarce_descriptors::scarce_descriptors(int first, int count) {
  until_first = first;
  left_to_refuse = count;
  refusals = 0;
  scarce = true;
}

scarce_descriptors::~scarce_descriptors() {
  scarce = false;
}

int scarce_descriptors::refused() const {  // NOLINT(readability-convert-member-functions-to-static)
  return refusals;
}

}  // namespace vkxx::http::test
