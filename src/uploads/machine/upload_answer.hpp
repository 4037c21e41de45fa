// The answer of an upload server, read and judged. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/secret.hpp>
#include <vkxx/uploads/upload_kind.hpp>

namespace vkxx::detail {

enum class answer_verdict : std::uint8_t {
  accepted,
  refused,      // the server does not take the files
  unreachable,  // no answer of an upload server: a status, a page, anything else
};

struct upload_answer {
  answer_verdict verdict = answer_verdict::unreachable;
  // The parameters of the save method, unchanged; of a kind without one, its values.
  std::vector<std::pair<std::string, std::string>> values;
  // What the server said, for an error: one line, without secrets. Empty if it was accepted.
  std::string reason;
  // `error_code` or `errcode`; 0: none.
  std::int64_t code = 0;
};

// What an answer may repeat of the address that it comes from: pages of errors do.
[[nodiscard]] std::vector<secret> secrets_of_address(std::string_view url);

// Never throws for any bytes, except `std::bad_alloc`. `hidden`: is not in the reason.
[[nodiscard]] upload_answer read_upload_answer(const upload_facts& facts, int status,
                                               std::string_view body,
                                               std::span<const secret> hidden = {});

}  // namespace vkxx::detail
