// Decides the next step of an upload: get an address, post the files, save, end. Pure: no I/O, no
// clock.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <variant>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/error.hpp>

namespace vkxx::detail {

enum class upload_action : std::uint8_t {
  get_address,    // by the server method
  post,           // the files to the address
  post_fallback,  // the files to `fallback_upload_url`
  save,           // by the save method
  pause,          // for `pause()`, then `save`
  succeed,        // with the last result
  fail,           // with the last error
};

struct upload_rules {
  bool has_save = true;
  // The server method creates something: a second address means that the first is left unused.
  bool address_creates = false;
  // The most calls of the save method with one answer of the upload server.
  int max_saves = 4;
  duration first_pause = std::chrono::seconds{1};
};

// The outcome of a failed call of the save method.
enum class save_failure : std::uint8_t {
  transient,     // 1, 6, 10, or no answer: the answer of the upload server is still good
  upload_again,  // a code that says that it is not
  final,
};

namespace upload_event {

// get_address.
struct address_given {
  bool has_fallback = false;
  friend bool operator==(const address_given&, const address_given&) = default;
};
struct address_failed {
  friend bool operator==(const address_failed&, const address_failed&) = default;
};
// post, post_fallback.
struct accepted {
  friend bool operator==(const accepted&, const accepted&) = default;
};
// The server refused the files, or they could not be read.
struct refused {
  friend bool operator==(const refused&, const refused&) = default;
};
// No answer of the upload server: a transport failure, a status, a page. `unknown`: whether it may
// have done what there is no save method for.
struct unreachable {
  bool unknown = false;
  friend bool operator==(const unreachable&, const unreachable&) = default;
};
// save. `unknown`: whether this call may have been executed.
struct saved {
  friend bool operator==(const saved&, const saved&) = default;
};
struct save_failed {
  save_failure failure = save_failure::final;
  bool unknown = false;
  friend bool operator==(const save_failed&, const save_failed&) = default;
};
// pause.
struct paused {
  friend bool operator==(const paused&, const paused&) = default;
};
// Any action: cancelled, or the deadline passed.
struct interrupted {
  friend bool operator==(const interrupted&, const interrupted&) = default;
};

}  // namespace upload_event

using upload_event_variant =
    std::variant<upload_event::address_given, upload_event::address_failed, upload_event::accepted,
                 upload_event::refused, upload_event::unreachable, upload_event::saved,
                 upload_event::save_failed, upload_event::paused, upload_event::interrupted>;

class upload_machine {
 public:
  explicit upload_machine(const upload_rules& rules) noexcept : rules_{rules} {}

  [[nodiscard]] static constexpr upload_action first() noexcept {
    return upload_action::get_address;
  }
  // Returns the next action. An event that does not fit the last action changes nothing.
  [[nodiscard]] upload_action resume(const upload_event_variant& event);

  [[nodiscard]] upload_action last() const noexcept { return last_; }
  [[nodiscard]] duration pause() const noexcept { return pause_; }
  // Whether there may be another object like the one that was saved.
  [[nodiscard]] bool maybe_doubled() const noexcept { return doubled_; }
  // Whether VK may hold an object of a step that failed.
  [[nodiscard]] bool maybe_saved() const noexcept { return maybe_saved_; }
  [[nodiscard]] int addresses() const noexcept { return addresses_; }
  [[nodiscard]] int posts() const noexcept { return posts_; }
  [[nodiscard]] int saves() const noexcept { return saves_; }

 private:
  struct visitor;

  [[nodiscard]] bool posting() const noexcept {
    return last_ == upload_action::post || last_ == upload_action::post_fallback;
  }
  [[nodiscard]] upload_action another_address() noexcept;
  [[nodiscard]] upload_action on_save_failure(const upload_event::save_failed& event) noexcept;

  upload_rules rules_;
  upload_action last_ = upload_action::get_address;
  duration pause_{};
  bool fallback_left_ = false;
  bool fallback_used_ = false;
  bool second_address_ = false;
  bool maybe_saved_ = false;
  bool doubled_ = false;
  int addresses_ = 0;
  int posts_ = 0;
  int saves_ = 0;
  int saves_of_answer_ = 0;
};

std::ostream& operator<<(std::ostream& out, upload_action action);
namespace upload_event {
std::ostream& operator<<(std::ostream& out, const upload_event_variant& event);
}  // namespace upload_event

}  // namespace vkxx::detail
