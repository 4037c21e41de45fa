/// @file
/// Bodies that stream: where a request's comes from, where an answer's goes.
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
/// Executor: the transport calls it in its own strand, from inside of libcurl, so that it must not
/// block for long. It may start exchanges, but not wait for them.
class body_reader {
 public:
  body_reader() = default;
  body_reader(const body_reader&) = delete;
  body_reader& operator=(const body_reader&) = delete;
  virtual ~body_reader() = default;

  /// Copies the next bytes to the front of `buffer`, which is not empty, and returns their number,
  /// which may be less than the buffer holds; 0: the body has ended. An error or an exception ends
  /// the exchange with `errc::body_failed`, whose text holds the error's or the exception's.
  [[nodiscard]] virtual result<std::size_t> read(std::span<char> buffer) = 0;
};

/// A body whose length is known and that can be read several times: a request that was certainly
/// not processed is retried from the front.
///
/// Thread safety: as a request is copied, a source may be open several times at the same time, and
/// in several threads.
class body_source {
 public:
  body_source() = default;
  body_source(const body_source&) = delete;
  body_source& operator=(const body_source&) = delete;
  virtual ~body_source() = default;

  /// The length in bytes, always the same: it is announced before the first byte is sent. A reader
  /// that ends earlier ends the exchange with `errc::body_failed`; it is not read further.
  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
  /// Begins at the first byte. An error or an exception ends the exchange with
  /// `errc::body_failed`. It is called before the connection is looked for, so that a request whose
  /// body cannot be had is `not_sent`. The source outlives the reader.
  [[nodiscard]] virtual result<std::unique_ptr<body_reader>> open() const = 0;
};

/// A body in memory.
[[nodiscard]] std::shared_ptr<const body_source> make_bytes_source(std::string bytes);

/// The file at `path`, which is opened for each pass. It has the size of this moment; if it has
/// another one at the beginning of a pass or at its end, the exchange ends with
/// `errc::body_failed`. Symbolic links are followed.
///
/// Error: `errc::body_failed`, with the path, if it cannot be opened or is not a regular file.
[[nodiscard]] result<std::shared_ptr<const body_source>> make_file_source(std::string path);

/// The whole of a body as one text: for small bodies and tests. The error is the source's, or
/// `errc::body_failed` if it ends too early. Lets the source's exceptions through.
[[nodiscard]] result<std::string> read_all(const body_source& source);

/// Takes the body of an answer while it arrives.
///
/// Only the body of an answer with a status from 200 to 299 goes to the sink; any other is in
/// `response::body`, within the transport's `max_answer_size`.
///
/// The functions are called one after another: `begin`, any number of `write`, then `commit` or
/// `discard`; a request that is sent a second time by a layer above begins again. An error or an
/// exception ends the exchange with `errc::body_failed`.
///
/// Executor: as `body_reader`.
class body_sink {
 public:
  body_sink() = default;
  body_sink(const body_sink&) = delete;
  body_sink& operator=(const body_sink&) = delete;
  virtual ~body_sink() = default;

  /// A body begins; what was written before it is void.
  [[nodiscard]] virtual result<void> begin() { return {}; }
  /// Takes the next bytes, unpacked; they are gone when it returns.
  [[nodiscard]] virtual result<void> write(std::string_view bytes) = 0;
  /// The body is whole. The exchange succeeds if this does.
  [[nodiscard]] virtual result<void> commit() { return {}; }
  /// The exchange failed after `begin`; what was written is void.
  virtual void discard() noexcept {}
};

/// Writes to a new file beside `path`, which replaces the file at `path` when the body is whole;
/// nobody sees half a body under that name. Until then, and if the exchange fails, `path` is as it
/// was. A symbolic link is replaced, not followed. It does not wait for the disk (no `fsync`). The
/// rights of the file are those of a new one.
/// A device or another file that is not regular (`/dev/stdout`) cannot be replaced: it is written
/// to as it is.
///
/// Error: `errc::body_failed`, with the path, if there is no such folder, or `path` is one.
[[nodiscard]] result<std::shared_ptr<body_sink>> make_file_sink(std::string path);

/// How far an exchange is. Bytes of bodies as they travel: without headers and TLS, before an
/// answer is unpacked.
struct transfer_progress {
  std::uint64_t sent = 0;     ///< handed to the system; begins at 0 again if the request is retried
  std::uint64_t to_send = 0;  ///< the length of the request's body
  std::uint64_t received = 0;               ///< of the answer's body
  std::optional<std::uint64_t> to_receive;  ///< the announced length of the answer's body, if any
};

/// Looks at the progress of an exchange. It is called in the transport's strand whenever numbers
/// have changed, at most once for each time that the transport turns to its sockets, and must not
/// block. It may start exchanges and give up the transport. An exception ends the exchange with
/// `errc::handler_failed`.
using progress_handler = std::function<void(const transfer_progress&)>;

}  // namespace vkxx::http
