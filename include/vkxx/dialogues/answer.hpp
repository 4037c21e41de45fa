/// @file
/// What a person answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/ids.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/updates/update.hpp>

namespace vkxx {

/// A place on the map, in degrees.
struct answer_place {
  double latitude = 0;   ///< -90 to 90
  double longitude = 0;  ///< -180 to 180
};

/// The parts of an answer. All texts may be empty.
struct answer_data {
  std::string text;                    ///< of the message; of a choice its label
  std::string payload;                 ///< JSON text of the button
  std::vector<std::string> photos;     ///< as attachments: `photo1_2_key`
  std::optional<answer_place> place;   ///< that was attached
  std::optional<std::int64_t> number;  ///< see `answer::number`
  std::optional<std::size_t> choice;   ///< see `answer::choice`
  bool timed_out = false;              ///< see `answer::timed_out`
};

/// An answer to a question, or any message of a person. Immutable; copies share everything.
///
/// Thread safety: safe to share.
class answer {
 public:
  /// Takes the parts over.
  explicit answer(answer_data data);
  /// A text alone.
  explicit answer(std::string text);
  /// Reads what `to_json` wrote. Fails with `errc::unexpected_type`.
  [[nodiscard]] static result<answer> from_json(std::string_view json);

  /// The text, without white space around it; of a choice its label as the question has it.
  [[nodiscard]] const std::string& text() const noexcept { return data_->text; }
  /// The answer to `question::number`; 0 for other questions.
  [[nodiscard]] std::int64_t number() const noexcept { return data_->number.value_or(0); }
  /// The position of the answer to `question::choice`, from 0; nothing for other questions.
  [[nodiscard]] std::optional<std::size_t> choice() const noexcept { return data_->choice; }
  /// Whether the text is `label`.
  [[nodiscard]] bool is(std::string_view label) const noexcept { return data_->text == label; }
  /// The attached photos, as attachments of messages.
  [[nodiscard]] const std::vector<std::string>& photos() const noexcept { return data_->photos; }
  /// The attached place.
  [[nodiscard]] const std::optional<answer_place>& place() const noexcept { return data_->place; }
  /// JSON text of the payload of the button that was pressed; empty: none was.
  [[nodiscard]] const std::string& payload() const noexcept { return data_->payload; }
  /// Whether nobody answered in time; only of questions with `question::continue_on_timeout`.
  [[nodiscard]] bool timed_out() const noexcept { return data_->timed_out; }

  /// As JSON text, for what is stored.
  [[nodiscard]] std::string to_json() const;

 private:
  std::shared_ptr<const answer_data> data_;
};

/// Whose dialogue it is, or whose state.
struct conversation_key {
  group_id group;  ///< the community; 0: none
  peer_id peer;    ///< the conversation
  user_id person;  ///< who writes in it; 0: nobody in particular

  [[nodiscard]] friend bool operator==(const conversation_key&, const conversation_key&) = default;
};

/// A message of a person, as far as dialogues look at it.
struct incoming_answer {
  conversation_key key;  ///< who wrote it, and where
  answer value;          ///< what it says
  /// Whether it is a pressed callback button (`message_event`), not a message.
  bool button = false;
};

/// Whose update it is: of a message, a pressed button, a named timer (`timers`), a start of a
/// dialogue from outside, an event in the lane of a conversation (`default_lane`), such as that
/// somebody allows messages or joins; nothing for all others.
[[nodiscard]] std::optional<conversation_key> conversation_of(const update& received);

/// Reads an update of the type `message_new` or `message_event`; nothing for all others, for
/// messages of communities, for service messages (somebody was invited, the title was changed), and
/// for what cannot be read. Mentions of the community at the start of
/// the text are removed.
[[nodiscard]] std::optional<incoming_answer> read_incoming_answer(const update& received);

}  // namespace vkxx
