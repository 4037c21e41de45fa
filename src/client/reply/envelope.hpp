// Interprets an HTTP answer to a method call.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <vkxx/client/reply.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>
#include <vkxx/http/message.hpp>

namespace vkxx::detail {

class response_decoder;

// What the reader needs to know of the call.
struct answer_facts {
  int attempts = 1;
  // Nothing: as the method.
  std::optional<bool> writes;
  // The secrets of the program, which no error may show.
  std::vector<secret> hidden;
  // Reads the response before its text is checked; nobody else does. May be null.
  std::shared_ptr<response_decoder> decoder;
};

// What an answer with this HTTP status and without an envelope of VK says about the request.
[[nodiscard]] request_effect effect_of_status(int status) noexcept;

// Reads VK's envelope. Every failure is an error that names `method` and quotes the server. Throws
// nothing but std::bad_alloc, whatever the bytes. Takes hardly more memory than the body. The text
// of a reply is JSON; if the decoder has read it, as far as it has looked.
[[nodiscard]] result<reply> read_answer(const std::string& method, http::response answer,
                                        answer_facts facts = {});

}  // namespace vkxx::detail
