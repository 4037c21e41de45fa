// Transcripts as texts.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

#include "emulator/encoding/utf8_repair.hpp"
#include "emulator/transcript/transcript.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t most_lines = 10'000;

// Between single quotes of Python, and within C++'s raw strings, nothing else needs an escape.
std::string in_python(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) {
    if (letter == '\'' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + "'";
}

}  // namespace

std::string as_json_lines(const std::vector<json::object>& lines) {
  std::string text;
  for (const auto& line : lines) text += repaired_utf8(json::serialize(line)) + "\n";
  return text;
}

std::string as_cpp_test(const std::vector<json::object>& lines) {
  auto text = as_json_lines(lines);
  // Whatever somebody has written does not end the literal: JSON has brackets in texts only, where
  // they have another spelling. A longer delimiter might be too long for a compiler.
  const std::string end = "lines";
  const auto ending = ")" + end + "\"";
  for (auto at = text.find(ending); at != std::string::npos; at = text.find(ending, at))
    text.replace(at, 1, R"(\u0029)");
  return R"(#include <gtest/gtest.h>

#include <vkxx/emulator.hpp>

TEST(Conversation, GoesAsRecorded) {
  vkxx::emulator vk;
  // Start the bot here, with vk.url() and vk.tokens().community.
  const auto outcome = vk.replay(R")" +
         end + "(\n" + text + ")" + end + R"(");
  EXPECT_TRUE(outcome.same()) << outcome.difference();
}
)";
}

std::string as_python_test(const std::vector<json::object>& lines) {
  std::string text = R"(import json
import os
import urllib.request

EMULATOR = os.environ.get('VK_EMULATOR_URL', 'http://127.0.0.1:8080')

# What the users did, and what the bot did.
LINES = [
)";
  for (const auto& line : lines)
    text += "    " + in_python(repaired_utf8(json::serialize(line))) + ",\n";
  return text + R"(]


def test_conversation():
    """The bot is connected to the emulator."""
    request = urllib.request.Request(
        EMULATOR + '/_emulator/replay', '\n'.join(LINES).encode(),
        {'Content-Type': 'application/json'})
    with urllib.request.urlopen(request) as answer:
        outcome = json.load(answer)
    assert outcome['same'], outcome['difference']
)";
}

std::vector<json::object> read_json_lines(std::string_view text) {
  std::vector<json::object> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos || line[first] == '#') continue;
    boost::system::error_code failure;
    auto value = json::parse({line.data(), line.size()}, failure);
    if (failure || !value.is_object())
      throw std::invalid_argument{"line " + std::to_string(number) + " is not a JSON object"};
    if (lines.size() == most_lines) throw std::invalid_argument{"there are more than 10,000 lines"};
    lines.push_back(std::move(value.get_object()));
  }
  return lines;
}

}  // namespace vkxx::emulation::detail
