// The secrets of the tests. All of them carry one mark in their middle, where redaction has to take
// it away, so that a search can tell whether one of them was ever shown.
#pragma once

#include <string>
#include <string_view>

namespace vkxx::test {

// In the middle of every secret, and nowhere else. Built from parts, so that this file does not
// contain it.
[[nodiscard]] std::string secret_mark();
// A secret of its own for each name, of a form that no pattern for tokens finds: only its place can
// tell that it is one.
[[nodiscard]] std::string secret_of(std::string_view name);
// The access token that tests use.
[[nodiscard]] std::string token();
// Puts a text that a user might come to see (a log line, an error, a record) where the search finds
// it: in a file of the folder VKXX_SHOWN_TEXTS, if that is set in the environment.
void keep_for_secret_search(std::string_view text);

}  // namespace vkxx::test
