// What a mailing does next, and what of it is stored. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/result.hpp>
#include <vkxx/messages/mailing.hpp>

namespace vkxx::detail {

// How long VK surely remembers a `random_id`.
inline constexpr auto remembered_time = std::chrono::minutes{55};

// The stored progress of a mailing.
struct mailing_progress {
  std::string fingerprint;               // of the message
  std::vector<std::string> attachments;  // those of the uploaded files included
  bool uploaded = false;                 // whether `attachments` is known
  std::int64_t began = 0;                // milliseconds since 1970: tells mailings of one key apart
  std::size_t peers = 0;
  std::size_t next = 0;                       // the first peer without an outcome
  std::size_t calls = 0;                      // batches with outcomes
  std::size_t running = 0;                    // the peers of the batch that was begun; 0: none
  std::optional<std::int64_t> running_since;  // the first try of its call
  std::size_t part = 0;                       // of the message, in that call
  std::vector<mailing_outcome> batch;         // what became of the parts before, for each peer
  std::size_t sent = 0;
  std::size_t refused = 0;
  std::size_t unknown = 0;
  bool operator==(const mailing_progress&) const = default;
};

[[nodiscard]] std::string to_json(const mailing_progress& progress);
// Nothing: it is something else.
[[nodiscard]] std::optional<mailing_progress> progress_from_json(std::string_view json);

[[nodiscard]] std::string peers_to_json(const std::vector<peer_id>& peers);
[[nodiscard]] std::optional<std::vector<peer_id>> peers_from_json(std::string_view json);
[[nodiscard]] std::string outcomes_to_json(const std::vector<mailing_outcome>& outcomes);
[[nodiscard]] std::optional<std::vector<mailing_outcome>> outcomes_from_json(std::string_view json);

// Each peer once, in order.
[[nodiscard]] std::vector<peer_id> without_repeats(std::vector<peer_id> peers);
[[nodiscard]] mailing_outcome outcome_of(const result<sent_message>& item, peer_id peer);

// What a run does next.
enum class mailing_step {
  finish,   // everybody has an outcome
  send,     // the call that is `running`
  give_up,  // the call that is `running`: VK may have forgotten it
};

// Decides; it has neither a clock nor a store. A batch of peers gets the parts of the message one
// after another; whoever did not get one gets none of those behind it.
class mailing_machine {
 public:
  // `parts`: of the message, at least 1.
  mailing_machine(mailing_progress progress, std::size_t parts, std::size_t peers_per_call,
                  bool repeat_forgotten);

  // Begins the next call, or continues with an interrupted one. `send` and `give_up` are to be
  // followed by one of the three below; the progress is to be committed before a call is made.
  [[nodiscard]] mailing_step next(wall_time now);
  // The call was answered: an outcome for each of its `receivers`. Those of the batch, once nothing
  // of it is left to send.
  [[nodiscard]] std::optional<std::vector<mailing_outcome>> answered(
      const std::vector<mailing_outcome>& outcomes);
  // This try of the call was surely not executed. If it was the first, the call may begin at any
  // time.
  void not_executed() noexcept;

  // The peers of the call, of all peers of the mailing.
  [[nodiscard]] std::vector<peer_id> receivers(const std::vector<peer_id>& all) const;
  // The part of the message that the call sends.
  [[nodiscard]] std::size_t part() const noexcept { return progress_.part; }
  // The `random_id` of the call: 1 to 2^31-1, the same in each try.
  [[nodiscard]] std::int32_t random_id(std::string_view key) const;
  [[nodiscard]] const mailing_progress& progress() const noexcept { return progress_; }
  void set_attachments(std::vector<std::string> attachments);

 private:
  void finish_batch(const std::vector<mailing_outcome>& outcomes);

  mailing_progress progress_;
  std::size_t parts_;
  std::size_t peers_per_call_;
  bool repeat_forgotten_;
  bool tried_before_ = false;
};

// The numbers; `control`: what `pause` and `stop` stored.
[[nodiscard]] mailing_report report_of(const mailing_progress& progress,
                                       const std::optional<std::string>& control);

}  // namespace vkxx::detail
