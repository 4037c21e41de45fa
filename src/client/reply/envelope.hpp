// Interprets an HTTP answer to a method call.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <vkxx/client/reply.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>
#include <vkxx/http/message.hpp>

namespace vkxx::detail {

// What the reader needs to know of the call.
struct answer_facts {
  int attempts = 1;
  // Nothing: as the method.
  std::optional<bool> writes;
  // The secrets of the program, which no error may show.
  std::vector<secret> hidden;
  // Whether a decoder reads the response, and nobody else does: what it reads need not be checked
  // before.
  bool for_decoder = false;
};

// Reads VK's envelope. Every failure is an error that names `method` and quotes the server. Throws
// nothing but std::bad_alloc, whatever the bytes. Takes hardly more memory than the body. An answer
// that ends in the middle never becomes a reply; one that is broken elsewhere only `for_decoder`.
[[nodiscard]] result<reply> read_answer(const std::string& method, http::response answer,
                                        const answer_facts& facts = {});

}  // namespace vkxx::detail
