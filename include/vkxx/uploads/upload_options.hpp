/// @file
/// The options of an upload.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>

#include <vkxx/client/call_options.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/core/ids.hpp>
#include <vkxx/core/parameters.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx {

class attachment_store;

/// How far an upload is: bytes of the request to the upload server, the form around the files
/// included.
struct upload_progress {
  std::uint64_t sent = 0;     ///< restarts at 0 if the files are sent once more
  std::uint64_t to_send = 0;  ///< the length of the request
  int attempt = 1;            ///< which sending of the files this is
};

/// Receives the progress. Called in the transport's strand, at most once each time the transport
/// handles its sockets; must not block. An exception ends the upload with `errc::handler_failed`.
using upload_progress_handler = std::function<void(const upload_progress&)>;

/// The options of one upload.
///
/// Thread safety: distinct objects: safe.
class upload_options {
 public:
  /// A parameter of the server method or of the save method, such as `group_id`, `caption` or
  /// `title`; each goes to the methods that have it. An upload with another one fails with
  /// `errc::invalid_argument`. Several values, or a range, make a list.
  template <class... Values>
  requires(sizeof...(Values) > 0) upload_options& set(std::string_view name,
                                                      const Values&... values) & {
    parameters_.set(name, values...);
    return *this;
  }
  template <class... Values>
  requires(sizeof...(Values) > 0) upload_options &&
      set(std::string_view name, const Values&... values) && {
    parameters_.set(name, values...);
    return std::move(*this);
  }

  /// Receives the progress; see `upload_progress_handler`.
  upload_options& on_progress(upload_progress_handler handler);
  /// Ends an attempt to send the files if no byte is sent or received for this long; 60 s by
  /// default, 1 ms to 24 hours. The time that the server needs for its answer counts, too.
  upload_options& silence_limit(duration limit) noexcept;
  /// The longest time for one attempt to send the files, the server's answer included; by default
  /// 60 s and another second for every 100 KB.
  upload_options& timeout(duration limit) noexcept;
  /// The moment at which the whole upload fails with `errc::deadline_exceeded`, whatever it waits
  /// for; of the client's clock.
  upload_options& deadline(time_point moment) noexcept;
  /// Cancels the upload when a stop is requested. For `blocking_uploads` only: an upload of
  /// `uploads` with it fails with `errc::invalid_argument`.
  upload_options& stop_token(std::stop_token token) noexcept;
  /// Whether size, type and dimensions of the files are checked before anything is sent, by VK's
  /// documentation; on by default. Off: VK's server decides.
  upload_options& local_checks(bool on) noexcept;
  /// The token of both method calls, in place of the client's.
  upload_options& access_token(secret token);
  /// A store of what was uploaded already: the same files with the same parameters are not sent
  /// once more. For kinds whose results are attachments. May be null.
  upload_options& store(std::shared_ptr<attachment_store> store);
  /// The community whose token uploads: a part of the key in the store, because the attachments of
  /// one community are of no use to another.
  upload_options& community(group_id community) noexcept;
  /// For both method calls. The deadline of the upload applies as well.
  upload_options& each_call(call_options options);

  /// Those that `set` added.
  [[nodiscard]] const vkxx::parameters& parameters() const noexcept { return parameters_; }
  /// As set.
  [[nodiscard]] const upload_progress_handler& on_progress() const noexcept { return on_progress_; }
  [[nodiscard]] duration silence_limit() const noexcept { return silence_limit_; }
  [[nodiscard]] const std::optional<duration>& timeout() const noexcept { return timeout_; }
  [[nodiscard]] time_point deadline() const noexcept { return deadline_; }
  [[nodiscard]] const std::stop_token& stop_token() const noexcept { return stop_token_; }
  [[nodiscard]] bool local_checks() const noexcept { return local_checks_; }
  [[nodiscard]] const std::optional<secret>& access_token() const noexcept { return access_token_; }
  [[nodiscard]] const std::shared_ptr<attachment_store>& store() const noexcept { return store_; }
  [[nodiscard]] std::optional<group_id> community() const noexcept { return community_; }
  [[nodiscard]] const call_options& each_call() const noexcept { return each_call_; }

 private:
  vkxx::parameters parameters_;
  upload_progress_handler on_progress_;
  duration silence_limit_ = std::chrono::seconds{60};
  std::optional<duration> timeout_;
  time_point deadline_ = no_deadline;
  std::stop_token stop_token_;
  bool local_checks_ = true;
  std::optional<secret> access_token_;
  std::shared_ptr<attachment_store> store_;
  std::optional<group_id> community_;
  call_options each_call_;
};

}  // namespace vkxx
