/// @file
/// Stores of what was uploaded already.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/core/result.hpp>

namespace vkxx {

/// Remembers the attachment of each upload by a key: a digest of the files, the kind, the community
/// or a digest of the upload's own token, and the parameters. Neither the files nor a token is in
/// it, but the access keys of attachments are. Clients of different accounts need a store each.
///
/// Thread safety: implementations must be safe to share between threads. They may block for a file
/// operation, not longer.
class attachment_store {
 public:
  attachment_store() = default;
  attachment_store(const attachment_store&) = delete;
  attachment_store& operator=(const attachment_store&) = delete;
  virtual ~attachment_store() = default;

  /// The attachment with this key; nothing: unknown.
  [[nodiscard]] virtual std::optional<std::string> find(std::string_view key) = 0;
  /// Remembers the attachment. An error does not fail the upload: the client logs it.
  [[nodiscard]] virtual result<void> put(std::string_view key, std::string_view attachment) = 0;
  /// Forgets it, for example when VK no longer knows the attachment.
  virtual void erase(std::string_view key) = 0;
};

/// Keeps the last `max_entries` attachments in memory.
[[nodiscard]] std::shared_ptr<attachment_store> make_memory_attachment_store(
    std::size_t max_entries = 10'000);

/// Keeps them in a file, which may be shared by several processes: one JSON object on each line.
/// The file is replaced as a whole, so that it is never half written, and is readable by its owner
/// only. What is not an entry in it is ignored, and dropped by the next change. A change waits for
/// those of other processes, up to a second, and fails then; they take turns by a lock on the file
/// `path` + `.lock`.
///
/// Error: `errc::body_failed`, with the path, if the file exists and cannot be read, is no regular
/// file, or has no entry at all (a file of something else, which is left as it is).
[[nodiscard]] result<std::shared_ptr<attachment_store>> make_file_attachment_store(
    std::string path, std::size_t max_entries = 10'000);

}  // namespace vkxx
