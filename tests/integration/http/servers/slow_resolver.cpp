#include "integration/http/servers/slow_resolver.hpp"

#include <dlfcn.h>
#include <netdb.h>

#include <condition_variable>
#include <mutex>

namespace {

struct gate {
  std::mutex mutex;
  std::condition_variable changed;
  std::string name;
  int waiting = 0;
};

// Never destroyed: the resolver's threads may outlive `main`.
gate& the_gate() {
  static auto& only = *new gate;
  return only;
}

}  // namespace

// Takes the place of the C library's for the whole program, libcurl included.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  auto& shut = the_gate();
  {
    std::unique_lock lock{shut.mutex};
    if (node != nullptr && !shut.name.empty() && shut.name == node) {
      ++shut.waiting;
      shut.changed.notify_all();
      shut.changed.wait(lock, [&shut, node] { return shut.name != node; });
      --shut.waiting;
      shut.changed.notify_all();
      return EAI_NONAME;
    }
  }
  using function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<function>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(node, service, hints, found);
}

namespace vkxx::http::test {

slow_resolver::slow_resolver(std::string name) {
  const std::lock_guard lock{the_gate().mutex};
  the_gate().name = std::move(name);
}

slow_resolver::~slow_resolver() {
  auto& shut = the_gate();
  std::unique_lock lock{shut.mutex};
  shut.name.clear();
  shut.changed.notify_all();
  shut.changed.wait(lock, [&shut] { return shut.waiting == 0; });
}

bool slow_resolver::asked() const {
  const std::lock_guard lock{the_gate().mutex};
  return the_gate().waiting > 0;
}

}  // namespace vkxx::http::test
