// What a dialogue stores: what its function has got so far, and the question that is open.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx::detail {

enum class record_kind { ask, say, once, now, random, write };
BOOST_DESCRIBE_ENUM(record_kind, ask, say, once, now, random, write)

[[nodiscard]] std::string_view to_string(record_kind kind) noexcept;

// One call of the function, with what it gave.
struct dialogue_record {
  record_kind kind = record_kind::ask;
  std::string label;  // of a text its digest
  std::string value;  // JSON text; empty: nothing
  [[nodiscard]] friend bool operator==(const dialogue_record&, const dialogue_record&) = default;
};
BOOST_DESCRIBE_STRUCT(dialogue_record, (), (kind, label, value))

// A question that was sent and has no answer yet.
struct open_question {
  std::string label;
  std::uint64_t serial = 0;         // different for each question of a dialogue
  int tries = 0;                    // wrong answers
  std::optional<std::int64_t> due;  // milliseconds since 1970
  [[nodiscard]] friend bool operator==(const open_question&, const open_question&) = default;
};
BOOST_DESCRIBE_STRUCT(open_question, (), (label, serial, tries, due))

struct dialogue_log {
  static constexpr std::string_view kind = "dialogue";
  static constexpr int version = 1;  // of this form
  static constexpr std::size_t most_records = 200;
  static constexpr std::size_t most_bytes = 64 * 1024;

  std::string name;
  int dialogue_version = 1;
  std::string state;  // JSON text: what `again` got; empty: nothing
  std::vector<dialogue_record> records;
  std::optional<open_question> open;
  std::uint64_t questions = 0;  // how many were asked
  std::uint64_t runs = 1;       // how often the function began: once more with each `again`

  // An estimate of the stored size.
  [[nodiscard]] std::size_t bytes() const noexcept;
  [[nodiscard]] friend bool operator==(const dialogue_log&, const dialogue_log&) = default;
};
BOOST_DESCRIBE_STRUCT(dialogue_log, (),
                      (name, dialogue_version, state, records, open, questions, runs))

}  // namespace vkxx::detail
