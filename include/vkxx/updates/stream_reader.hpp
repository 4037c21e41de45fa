/// @file
/// The Streaming API: public posts and comments that match rules.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/client/client.hpp>
#include <vkxx/updates/update_source.hpp>

namespace vkxx {

namespace detail {
class stream_core;
}  // namespace detail

/// The options of a `stream_reader`.
class stream_options {
 public:
  /// The number of the stream, to tell several of one key apart; 0 or more. Not set, the default:
  /// none is sent.
  stream_options& stream_id(std::optional<int> number);
  /// How many updates are held until the program takes them; 10,000 by default, at least 1. Further
  /// ones are dropped and reported as a loss.
  stream_options& max_held(std::size_t count);
  /// A PEM file with certificate authorities to trust in addition to the system's. Empty, the
  /// default: none.
  stream_options& ca_file(std::string path);
  /// The maximum size of one message of VK's; 4 MiB by default, at least 1,024 bytes. A larger one
  /// ends the stream, as a lost connection does.
  stream_options& max_message_size(std::size_t bytes);
  /// The maximum time from the first bytes of a message to its last ones; 1 minute by default, at
  /// least 1 ms. A slower one ends the stream, as a lost connection does.
  stream_options& message_timeout(duration limit);
  /// The pause after the first failure; 1 s by default, at least 1 ms. It doubles with each further
  /// failure in a row, up to sixty times of it.
  stream_options& pause(duration first);

  [[nodiscard]] std::optional<int> stream_id() const noexcept { return stream_id_; }
  [[nodiscard]] std::size_t max_held() const noexcept { return max_held_; }
  [[nodiscard]] const std::string& ca_file() const noexcept { return ca_file_; }
  [[nodiscard]] std::size_t max_message_size() const noexcept { return max_message_size_; }
  [[nodiscard]] duration message_timeout() const noexcept { return message_timeout_; }
  [[nodiscard]] duration pause() const noexcept { return pause_; }

 private:
  std::optional<int> stream_id_;
  std::size_t max_held_ = 10'000;
  std::string ca_file_;
  std::size_t max_message_size_ = std::size_t{4} << 20;
  duration message_timeout_ = std::chrono::minutes{1};
  duration pause_ = std::chrono::seconds{1};
};

/// Reads a stream of the Streaming API over a WebSocket. The types of its updates are
/// `stream:post`, `stream:comment`, `stream:share` and others; the object is VK's `event`.
///
/// VK repeats nothing: what happens while no stream is open is lost, which each reconnection
/// reports, and the cursor is of no use to a later process. A stream cannot be paused: it is read
/// while the program does something else, on the execution context of the first `next`. It does not
/// use the proxy of the client.
///
/// https://dev.vk.com/api/streaming/getting-started
class stream_reader final : public update_source {
 public:
  /// `vk`: with a service token. Throws `usage_exception` if an option is out of its range.
  stream_reader(client vk, const stream_options& options);
  explicit stream_reader(client vk);
  /// As `stop`.
  ~stream_reader() override;

  [[nodiscard]] asio::awaitable<result<update_batch>> next() override;
  void commit(const update_cursor& cursor) override;
  void stop() noexcept override;
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] update_cursor cursor() const override;
  [[nodiscard]] update_source_metrics metrics() const override;

 private:
  std::shared_ptr<detail::stream_core> core_;
};

/// A rule of the Streaming API: which posts and comments come.
struct stream_rule {
  stream_rule() = default;
  /// Sets both members.
  stream_rule(std::string name, std::string words)
      : tag{std::move(name)}, value{std::move(words)} {}

  std::string tag;    ///< its name, unique
  std::string value;  ///< words; `-word` excludes, `"word"` is the exact form
};

/// @name Rules of the streams of an application
/// `vk`: with a service token.
///
/// Completion: when VK has answered. Errors: those of a call; `errc::invalid_argument` with VK's
/// code and text if VK refuses the rule. Cancellation: terminal, partial and total. Lifetime: the
/// operation owns everything it needs. Executor: the awaiting coroutine's.
/// @{
/// Lists the rules.
///
/// Completion: the rules. Errors, cancellation, lifetime, executor: as above.
[[nodiscard]] asio::awaitable<result<std::vector<stream_rule>>> list_stream_rules(client vk);
/// As `list_stream_rules`; adds a rule.
[[nodiscard]] asio::awaitable<result<void>> add_stream_rule(client vk, stream_rule rule);
/// As `list_stream_rules`; deletes the rule with this tag.
[[nodiscard]] asio::awaitable<result<void>> delete_stream_rule(client vk, std::string tag);
/// @}

}  // namespace vkxx
