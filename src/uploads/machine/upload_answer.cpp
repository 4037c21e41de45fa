#include "uploads/machine/upload_answer.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>
#include <charconv>
#include <optional>
#include <system_error>

#include <vkxx/core/json_parts.hpp>

#include "core/errors/server_text.hpp"
#include "core/text/ascii.hpp"
#include "uploads/machine/base64.hpp"
#include "uploads/machine/name_list.hpp"

namespace vkxx::detail {
namespace {

namespace json = boost::json;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t most_shown = 300;
constexpr int too_large_status = 413;

using secrets = std::span<const secret>;

std::string shown(std::string_view text, secrets hidden) {
  return server_text(text, hidden, most_shown);
}

// The text between `<title>` and `</title>`; empty: there is none.
std::string_view title_of(std::string_view page) {
  constexpr std::string_view tag = "<title";
  const auto beginning = page.substr(0, 4096);
  const auto small = lower_case(beginning);
  const auto open = small.find(tag);
  if (open == std::string::npos) return {};
  const auto begin = small.find('>', open);
  if (begin == std::string::npos) return {};
  const auto end = small.find("</title", begin);
  if (end == std::string::npos) return {};
  return trimmed(beginning.substr(begin + 1, end - begin - 1));
}

// What came in place of an answer.
std::string description_of(int status, std::string_view body, secrets hidden) {
  std::string text;
  if (status < 200 || status > 299) text = "HTTP status " + std::to_string(status);
  const auto separator = [&text] { return text.empty() ? "" : ": "; };
  if (const auto title = title_of(body); !title.empty()) {
    text += separator();
    return text + "a page with the title \"" + shown(title, hidden) + '"';
  }
  const auto words = trimmed(body.substr(0, 4096));
  text += separator();
  return text + (words.empty() ? std::string{"an empty answer"} : '"' + shown(words, hidden) + '"');
}

upload_answer unreachable(std::string reason) {
  upload_answer answer;
  answer.reason = std::move(reason);
  return answer;
}

upload_answer refused(std::string reason, std::int64_t code = 0) {
  upload_answer answer;
  answer.verdict = answer_verdict::refused;
  answer.reason = std::move(reason);
  answer.code = code;
  return answer;
}

// The value of a member as VK wrote it: a text decoded, anything else literally. Nothing: it is
// missing or null.
std::optional<std::string> literal(std::string_view object, std::string_view name) {
  const auto found = json_member(object, name);
  if (!found || *found == "null") return std::nullopt;
  return found->starts_with('"') ? json_string_value(*found) : std::string{*found};
}

// What a server writes where there is nothing.
bool is_nothing(std::string_view text) {
  return text.empty() || text == "[]" || text == "{}" || text == "0" || text == "false" ||
         text == "\"\"" || text == "null";
}

std::int64_t number_of(std::string_view object, std::string_view name) {
  const auto text = literal(object, name).value_or("");
  std::int64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  return parsed.ec == std::errc{} && parsed.ptr == end ? number : 0;
}

void append_words(std::string& text, const std::optional<std::string>& words, secrets hidden) {
  if (!words || is_nothing(*words)) return;
  if (!text.empty()) text += "; ";
  text += shown(*words, hidden);
}

// The error forms: `error` is a text or an object, or there is only `errcode`.
std::optional<upload_answer> refusal_in(std::string_view object, secrets hidden) {
  const auto failure = json_member(object, "error");
  const bool has_error = failure && !is_nothing(*failure);
  const auto errcode = number_of(object, "errcode");
  const auto error_code = number_of(object, "error_code");
  if (!has_error && errcode == 0 && error_code == 0) return std::nullopt;
  std::string words;
  auto code = error_code != 0 ? error_code : errcode;
  if (has_error && failure->starts_with('{')) {
    if (const auto inner = number_of(*failure, "error_code"); inner != 0) code = inner;
    append_words(words, literal(*failure, "type"), hidden);
    append_words(words, literal(*failure, "error_msg"), hidden);
    append_words(words, literal(*failure, "error_descr"), hidden);
  } else if (has_error) {
    append_words(words, literal(object, "error"), hidden);
  }
  append_words(words, literal(object, "error_descr"), hidden);
  append_words(words, literal(object, "error_msg"), hidden);
  if (words.empty()) words = "it gave no reason";
  if (code != 0) words += " (code " + std::to_string(code) + ')';
  return refused(std::move(words), code);
}

struct value_rule {
  std::string_view name;    // of the parameter
  std::string_view member;  // of the answer; empty: the whole answer
  bool optional = false;
  bool object = false;  // the member is an object, passed as text
  bool base64 = false;
};

value_rule rule_of(std::string_view word) {
  value_rule rule;
  if (word.starts_with('?')) {
    rule.optional = true;
    word.remove_prefix(1);
  }
  const auto equals = word.find('=');
  rule.name = word.substr(0, equals);
  rule.member = equals == std::string_view::npos ? rule.name : word.substr(equals + 1);
  if (rule.member.starts_with("{}")) {
    rule.object = true;
    rule.member.remove_prefix(2);
  }
  if (rule.member == "64*") rule.base64 = true;
  if (rule.member == "*" || rule.member == "64*") rule.member = {};
  return rule;
}

// Reads the members that the table names.
class answer_reader {
 public:
  answer_reader(const upload_facts& facts, std::string_view whole, std::string_view object)
      : facts_{facts}, whole_{whole}, object_{object} {}

  [[nodiscard]] upload_answer read() {
    answer_.verdict = answer_verdict::accepted;
    for (const auto word : words_of(facts_.values)) {
      const auto rule = rule_of(word);
      if (auto fault = rule.member.empty() ? take_whole(rule) : take_member(rule)) return *fault;
    }
    return std::move(answer_);
  }

 private:
  [[nodiscard]] std::optional<upload_answer> take_whole(const value_rule& rule) {
    // The form of widget images before May 2025.
    const auto image = rule.base64 ? literal(object_, "image") : std::nullopt;
    if (image) {
      const auto hash = literal(object_, "hash");
      if (image->empty() || !hash || hash->empty()) return empty_member("image");
      add(rule.name, *image);
      add("hash", *hash);
      return std::nullopt;
    }
    if (is_nothing(trimmed(whole_))) return empty_member("answer");
    add(rule.name, rule.base64 ? base64(whole_) : std::string{whole_});
    return std::nullopt;
  }

  [[nodiscard]] std::optional<upload_answer> take_member(const value_rule& rule) {
    auto value = literal(object_, rule.member);
    if (!value) {
      if (rule.optional) return std::nullopt;
      return unreachable("the answer has no `" + std::string{rule.member} + '`');
    }
    const bool server_zero = rule.member == "server" && *value == "0";
    if (is_nothing(trimmed(*value)) && !server_zero) return empty_member(rule.member);
    if (rule.object && !value->starts_with('{')) {
      return unreachable('`' + std::string{rule.member} + "` is not an object");
    }
    const auto found = json_member(object_, rule.member);
    const bool structured = found->starts_with('{') || found->starts_with('[');
    if (structured && !rule.object && rule.member != "crop_data") {
      return unreachable('`' + std::string{rule.member} + "` is not a text");
    }
    add(rule.name, *std::move(value));
    return std::nullopt;
  }

  [[nodiscard]] static upload_answer empty_member(std::string_view name) {
    return refused("it answered without an error, but `" + std::string{name} +
                   "` is empty, which means that it does not take the file");
  }

  void add(std::string_view name, std::string value) {
    answer_.values.emplace_back(name, std::move(value));
  }

  const upload_facts& facts_;
  std::string_view whole_;
  std::string_view object_;
  upload_answer answer_;
};

bool is_json(std::string_view text) {
  boost::system::error_code failure;
  json::parse_options options;
  options.max_depth = 64;
  // The answer repeats the name of the file, which may have any bytes.
  options.allow_invalid_utf8 = true;
  const auto parsed =
      json::parse(json::string_view{text.data(), text.size()}, failure, {}, options);
  return !failure && parsed.is_object();
}

// Some servers have the envelope of the API.
std::string_view unwrapped(std::string_view text) {
  const auto inner = json_member(text, "response");
  return inner && inner->starts_with('{') ? *inner : text;
}

}  // namespace

std::vector<secret> secrets_of_address(std::string_view url) {
  std::vector<secret> parts{secret{std::string{url}}};
  const auto host = url.find("://");
  const auto path = host == std::string_view::npos ? host : url.find_first_of("/?", host + 3);
  if (path == std::string_view::npos || path + 1 == url.size()) return parts;
  parts.emplace_back(std::string{url.substr(path)});
  const auto query = url.find('?', path);
  if (query != std::string_view::npos && query + 1 < url.size())
    parts.emplace_back(std::string{url.substr(query + 1)});
  return parts;
}

upload_answer read_upload_answer(const upload_facts& facts, int status, std::string_view body,
                                 secrets hidden) {
  if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
  const auto text = trimmed(body);
  if (status == too_large_status) {
    return refused("the file is too large for it: " + description_of(status, text, hidden));
  }
  const bool readable = is_json(text);
  // Some servers give a refusal a status of its own. Of 5xx another try may help.
  if (readable && status < 500)
    if (auto refusal = refusal_in(text, hidden)) return *std::move(refusal);
  if (status < 200 || status > 299 || !readable)
    return unreachable(description_of(status, text, hidden));
  const auto object = unwrapped(text);
  if (auto refusal = refusal_in(object, hidden)) return *std::move(refusal);
  return answer_reader{facts, body, object}.read();
}

}  // namespace vkxx::detail
