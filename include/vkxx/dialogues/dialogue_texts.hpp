/// @file
/// What dialogues say by themselves.
#pragma once

#include <string>
#include <vector>

namespace vkxx {

/// Texts of dialogues. An empty one is not sent. `{low}`, `{high}` and `{choices}` are replaced.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
struct dialogue_texts {
  /// Words that end a dialogue, in any letter case. Empty: there are none.
  std::vector<std::string> cancel_words{"/cancel", "cancel", "отмена"};
  /// Words that go back to the question before. Empty: there are none.
  std::vector<std::string> back_words{"/back", "back", "назад"};
  std::string cancelled = "Cancelled.";           ///< after a word that ends the dialogue
  std::string no_way_back = "I cannot go back.";  ///< when there is no earlier question
  std::string timed_out = "The time for an answer is over.";  ///< see `question::within`
  std::string too_many_tries =
      "Let us stop here. You can start again at any time.";  ///< see `question::tries`
  /// When a stored dialogue does not fit the program any more.
  std::string lost = "I have to ask you again: please start from the beginning.";
  /// When the function of a dialogue failed several times.
  std::string failed = "Something went wrong. Please start again.";
  std::string not_a_number = "A whole number from {low} to {high}, please.";   ///< of `number`
  std::string wrong_length = "A text of {low} to {high} characters, please.";  ///< of `text`
  std::string not_a_choice = "One of these, please: {choices}.";               ///< of `choice`
  std::string not_a_photo = "A photo, please.";                                ///< of `photo`
  std::string not_a_place = "A place on the map, please.";                     ///< of `location`
  std::string not_accepted = "I do not understand this answer.";               ///< of all others
};

}  // namespace vkxx
