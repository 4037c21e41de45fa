/// @file
/// Streaming bodies: the sources of requests and the sinks of answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <vkxx/core/result.hpp>

namespace vkxx::http {

/// One pass through a body, from its first byte to its last.
///
/// Executor: the transport calls it in its own strand, inside libcurl, so it must not block for
/// long. It may start exchanges, but must not wait for them.
class body_reader {
 public:
  body_reader() = default;
  body_reader(const body_reader&) = delete;
  body_reader& operator=(const body_reader&) = delete;
  virtual ~body_reader() = default;

  /// Copies the next bytes to the front of `buffer`, which is not empty, and returns their number,
  /// which may be less than the buffer holds. Returns 0 at the end of the body. An error or an
  /// exception ends the exchange with `errc::body_failed`, whose text contains that of the error or
  /// exception.
  [[nodiscard]] virtual result<std::size_t> read(std::span<char> buffer) = 0;
};

/// A body of known length that can be read several times: a request that was certainly not
/// processed is retried from the start.
///
/// Thread safety: copies of a request share a source, so it may be open several times at once, and
/// in several threads.
class body_source {
 public:
  body_source() = default;
  body_source(const body_source&) = delete;
  body_source& operator=(const body_source&) = delete;
  virtual ~body_source() = default;

  /// The length in bytes, always the same: it is announced before the first byte is sent. If a
  /// reader ends earlier, the exchange ends with `errc::body_failed`. Bytes beyond the length are
  /// not read.
  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
  /// Begins a pass at the first byte. An error or an exception ends the exchange with
  /// `errc::body_failed`. The transport calls it before it looks for a connection, so a request
  /// whose body cannot be opened is `not_sent`. The source outlives the reader.
  [[nodiscard]] virtual result<std::unique_ptr<body_reader>> open() const = 0;
};

/// A body in memory.
[[nodiscard]] std::shared_ptr<const body_source> make_bytes_source(std::string bytes);

/// The file at `path`, opened for each pass. Its size is fixed now. If the file has another size at
/// the start or the end of a pass, the exchange ends with `errc::body_failed`. Symbolic links are
/// followed.
///
/// Error: `errc::body_failed`, with the path, if it cannot be opened or is not a regular file.
[[nodiscard]] result<std::shared_ptr<const body_source>> make_file_source(std::string path);

/// Reads a whole body into one text: for small bodies and tests. The error is the source's, or
/// `errc::body_failed` if the body ends too early. Exceptions of the source propagate.
[[nodiscard]] result<std::string> read_all(const body_source& source);

/// Receives the body of an answer as it arrives.
///
/// Only the body of an answer with a status from 200 to 299 goes to the sink. Any other body is in
/// `response::body`, limited by the transport's `max_answer_size`.
///
/// The calls are: `begin`, any number of `write`, then `commit` or `discard`. If a higher layer
/// retries the request, they start over with `begin`. An error or an exception ends the exchange
/// with `errc::body_failed`.
///
/// Executor: as `body_reader`.
class body_sink {
 public:
  body_sink() = default;
  body_sink(const body_sink&) = delete;
  body_sink& operator=(const body_sink&) = delete;
  virtual ~body_sink() = default;

  /// A body begins. Discards everything written before.
  [[nodiscard]] virtual result<void> begin() { return {}; }
  /// Receives the next bytes, decompressed. They are valid only during the call.
  [[nodiscard]] virtual result<void> write(std::string_view bytes) = 0;
  /// The body is complete. The exchange succeeds only if this succeeds.
  [[nodiscard]] virtual result<void> commit() { return {}; }
  /// The exchange failed after `begin`. Discards everything written.
  virtual void discard() noexcept {}
};

/// Writes to a new file beside `path`, which replaces the file at `path` when the body is complete.
/// Until then, and if the exchange fails, `path` is unchanged: a partial body never appears under
/// that name. A symbolic link is replaced, not followed. Does not wait for the disk (no `fsync`).
/// The file gets the permissions of a new one. A device or another file that is not regular
/// (`/dev/stdout`) cannot be replaced: it is written to directly.
///
/// Error: `errc::body_failed`, with the path, if the directory does not exist, or `path` is a
/// directory.
[[nodiscard]] result<std::shared_ptr<body_sink>> make_file_sink(std::string path);

/// The progress of an exchange, in bytes of bodies as transferred: without headers and TLS, before
/// decompression.
struct transfer_progress {
  std::uint64_t sent = 0;      ///< handed to the system; restarts at 0 if the request is retried
  std::uint64_t to_send = 0;   ///< the length of the request's body
  std::uint64_t received = 0;  ///< of the answer's body
  std::optional<std::uint64_t> to_receive;  ///< the announced length of the answer's body, if any
};

/// Receives the progress of an exchange. Called in the transport's strand when a number has
/// changed, at most once each time the transport handles its sockets. Must not block. May start
/// exchanges and release the transport. An exception ends the exchange with `errc::handler_failed`.
using progress_handler = std::function<void(const transfer_progress&)>;

}  // namespace vkxx::http
