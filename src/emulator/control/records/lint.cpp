#include "emulator/control/records/lint.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <charconv>
#include <optional>
#include <string_view>

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

class linted_call {
 public:
  linted_call(const recorded_request& call, json::array& findings)
      : call_{call}, findings_{findings} {}

  void check() {
    check_version();
    if (call_.api_method == "messages.send") check_message();
    if (call_.api_method == "messages.send" || call_.api_method == "messages.edit")
      check_keyboard();
    check_names();
    if (call_.http_method == "GET" && !call_.token.empty() && !call_.bearer)
      report("token_in_address", "the token is in the address, which proxies and servers log");
  }

 private:
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const {
    const auto found =
        std::ranges::find(call_.parameters, name, &std::pair<std::string, std::string>::first);
    if (found == call_.parameters.end()) return std::nullopt;
    return found->second;
  }

  void report(std::string_view rule, std::string_view text) {
    findings_.push_back(json::object{
        {"request", call_.number}, {"method", call_.api_method}, {"rule", rule}, {"text", text}});
  }

  void check_version() {
    const auto version = find("v").value_or("");
    int minor = 0;
    if (!version.starts_with("5.")) return;
    const auto digits = version.substr(2);
    std::from_chars(digits.data(), digits.data() + digits.size(), minor);
    if (minor < 131) report("old_version", "versions of the API below 5.131 may be switched off");
  }

  void check_message() {
    const auto random_id = find("random_id");
    if (!random_id || *random_id == "0")
      report("random_id",
             "without a random_id other than 0, a repeated call sends the message twice");
    if (find("user_ids")) report("user_ids", "user_ids is obsolete: write peer_ids");
  }

  void check_keyboard() {
    const auto text = find("keyboard");
    if (!text || text->empty() || text->size() > longest_keyboard) return;
    boost::system::error_code failure;
    const auto value = json::parse({text->data(), text->size()}, failure);
    const auto* keyboard = value.if_object();
    if (failure || keyboard == nullptr) return;
    if (keyboard->contains("one_time") && keyboard->contains("inline"))
      report("keyboard_flags", "one_time and inline exclude each other: send one of them");
    if (text->find("\"payload\":null") != std::string_view::npos ||
        text->find("\"payload\": null") != std::string_view::npos)
      report("payload_null", "a button has \"payload\": null, which VK used to refuse");
  }

  void check_names() {
    if (find("conversation_message_ids") || find("conversation_message_id"))
      report("cmid", "conversation_message_id is the older name of cmid");
    const auto forward = find("forward");
    if (!forward || forward->size() > longest_keyboard) return;
    boost::system::error_code failure;
    const auto value = json::parse({forward->data(), forward->size()}, failure);
    if (failure || !value.is_object()) return;
    const auto* cmids = value.get_object().if_contains("conversation_message_ids");
    if (cmids != nullptr && cmids->is_number())
      report("forward_number",
             "forward: conversation_message_ids is a number where a list belongs");
  }

  static constexpr std::size_t longest_keyboard = std::size_t{16} << 10U;

  const recorded_request& call_;
  json::array& findings_;
};

}  // namespace

void lint(const recorded_request& call, json::array& findings) {
  if (!call.api_method.empty()) linted_call{call, findings}.check();
}

}  // namespace vkxx::emulation::detail
