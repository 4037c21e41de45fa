// What becomes of a request of the Callback API.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <vkxx/updates/callback_receiver.hpp>

namespace vkxx::detail {

enum class callback_action {
  answer,    // send `reply`
  ask_code,  // of `community`
  commit,    // the update
};

namespace callback_event {
struct received {
  callback_request request;
};
struct code_given {
  std::string code;
};
struct code_refused {};
struct committed {
  bool remove = false;  // the community is not wanted any more
};
// The commit failed or takes too long; there is no space for the update; the receiver is stopped.
struct not_committed {};
}  // namespace callback_event

// One request. `options` must outlive the machine.
class callback_machine {
 public:
  explicit callback_machine(const callback_options& options) : options_{options} {}

  callback_action resume(callback_event::received event);
  callback_action resume(const callback_event::code_given& event);
  callback_action resume(callback_event::code_refused);
  callback_action resume(callback_event::committed event);
  callback_action resume(callback_event::not_committed);

  [[nodiscard]] const callback_answer& reply() const noexcept { return reply_; }
  [[nodiscard]] std::optional<group_id> community() const noexcept { return community_; }
  [[nodiscard]] update_data& content() noexcept { return content_; }

 private:
  callback_action end(int status, std::string body);
  callback_action read(std::string_view json, std::string_view retry_counter);

  const callback_options& options_;
  std::optional<group_id> community_;
  update_data content_;
  callback_answer reply_;
};

}  // namespace vkxx::detail
