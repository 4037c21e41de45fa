/// @file
/// Files that came in: what is known of them, and their bytes as far as there is space.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "emulator/files/content/picture_header.hpp"

namespace vkxx::emulation::detail {

/// The space for the bytes of all files. Thread safety: safe to share.
class file_space {
 public:
  explicit file_space(std::size_t bytes) : left_{bytes} {}

  /// Reserves space; false: there is too little.
  [[nodiscard]] bool take(std::size_t bytes) noexcept;
  void give_back(std::size_t bytes) noexcept { left_.fetch_add(bytes); }
  [[nodiscard]] std::size_t left() const noexcept { return left_.load(); }

 private:
  std::atomic<std::size_t> left_;
};

/// A file, which never changes.
class stored_file {
 public:
  stored_file(std::shared_ptr<file_space> space) : space_{std::move(space)} {}
  stored_file(const stored_file&) = delete;
  stored_file& operator=(const stored_file&) = delete;
  ~stored_file() { drop_bytes(); }

  std::string hash;  ///< SHA-256 in hexadecimal digits.
  std::uint64_t size = 0;
  std::string head;  ///< The first 64 bytes.
  std::optional<picture_header> picture;

  /// Whether the bytes are here too.
  [[nodiscard]] bool has_bytes() const noexcept { return kept_; }
  [[nodiscard]] std::string bytes() const;

 private:
  friend class file_builder;
  template <class>
  friend struct saved_part;
  void drop_bytes() noexcept;

  std::shared_ptr<file_space> space_;
  std::vector<std::string> pieces_;
  std::size_t reserved_ = 0;
  bool kept_ = true;
};

/// Builds a file from its bytes.
class file_builder {
 public:
  /// @param keep_bytes false for a file that is known to be too large.
  explicit file_builder(std::shared_ptr<file_space> space, bool keep_bytes = true);
  file_builder(const file_builder&) = delete;
  file_builder& operator=(const file_builder&) = delete;
  ~file_builder();

  void add(std::string_view bytes);
  [[nodiscard]] std::uint64_t size() const noexcept { return file_->size; }
  [[nodiscard]] std::shared_ptr<const stored_file> finish();

 private:
  void keep(std::string_view bytes);

  class hasher;
  std::unique_ptr<hasher> hash_;
  picture_reader picture_;
  std::shared_ptr<stored_file> file_;
};

/// The files that something still refers to, by their hashes.
class file_index {
 public:
  /// The file, or an equal one that is already known.
  std::shared_ptr<const stored_file> add(std::shared_ptr<const stored_file> file);
  [[nodiscard]] std::shared_ptr<const stored_file> find(const std::string& hash) const;

 private:
  std::unordered_map<std::string, std::weak_ptr<const stored_file>> files_;
  std::size_t sweep_at_ = 1000;
};

}  // namespace vkxx::emulation::detail
