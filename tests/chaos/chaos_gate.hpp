// A gate between client and server that does to the server's bytes what a bad network does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace vkxx::test {

enum class chaos_kind {
  none,            // hands all on
  cut,             // closes after so many bytes of the answer
  reset,           // resets after so many bytes of the answer
  silence,         // goes silent after so many bytes of the answer
  one_byte,        // hands the answer on byte by byte, each in a packet of its own
  delay,           // keeps the answer back for so many milliseconds
  refuse_request,  // resets as soon as the request begins to come
  swallow,         // reads the request and closes; the server never sees it
};

struct chaos {
  chaos_kind kind = chaos_kind::none;
  std::size_t amount = 0;
};

// Thread safety: safe to share. Runs on a thread of its own, which ends with it.
class chaos_gate {
 public:
  explicit chaos_gate(std::uint16_t server_port);
  chaos_gate(const chaos_gate&) = delete;
  chaos_gate& operator=(const chaos_gate&) = delete;
  ~chaos_gate();

  // What happens to connections from now on.
  void play(chaos plan);
  [[nodiscard]] std::string url() const;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace vkxx::test
