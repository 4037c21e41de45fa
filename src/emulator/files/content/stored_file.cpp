#include "emulator/files/content/stored_file.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "core/encoding/hex.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t longest_head = 64;
constexpr std::size_t largest_piece = std::size_t{1} << 20U;

}  // namespace

bool file_space::take(std::size_t bytes) noexcept {
  auto left = left_.load();
  while (left >= bytes)
    if (left_.compare_exchange_weak(left, left - bytes)) return true;
  return false;
}

std::string stored_file::bytes() const {
  std::string result;
  result.reserve(kept_ ? size : 0);
  for (const auto& piece : pieces_) result += piece;
  return result;
}

void stored_file::drop_bytes() noexcept {
  pieces_ = {};
  space_->give_back(reserved_);
  reserved_ = 0;
  kept_ = false;
}

class file_builder::hasher {
 public:
  hasher() : context_{EVP_MD_CTX_new()} {
    if (context_ == nullptr || EVP_DigestInit_ex(context_, EVP_sha256(), nullptr) != 1)
      throw std::runtime_error{"OpenSSL cannot make a SHA-256"};
  }
  hasher(const hasher&) = delete;
  hasher& operator=(const hasher&) = delete;
  ~hasher() { EVP_MD_CTX_free(context_); }

  void add(std::string_view bytes) {
    if (EVP_DigestUpdate(context_, bytes.data(), bytes.size()) != 1)
      throw std::runtime_error{"OpenSSL cannot make a SHA-256"};
  }
  std::string finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_DigestFinal_ex(context_, digest.data(), &size) != 1)
      throw std::runtime_error{"OpenSSL cannot make a SHA-256"};
    return vkxx::detail::to_hex({reinterpret_cast<const char*>(digest.data()), size});
  }

 private:
  EVP_MD_CTX* context_;
};

file_builder::file_builder(std::shared_ptr<file_space> space, bool keep_bytes)
    : hash_{std::make_unique<hasher>()}, file_{std::make_shared<stored_file>(std::move(space))} {
  file_->kept_ = keep_bytes;
}

file_builder::~file_builder() = default;

void file_builder::add(std::string_view bytes) {
  hash_->add(bytes);
  picture_.feed(bytes);
  file_->size += bytes.size();
  file_->head += bytes.substr(0, longest_head - std::min(longest_head, file_->head.size()));
  if (file_->kept_) keep(bytes);
}

void file_builder::keep(std::string_view bytes) {
  if (!file_->space_->take(bytes.size())) return file_->drop_bytes();
  file_->reserved_ += bytes.size();
  auto& pieces = file_->pieces_;
  while (!bytes.empty()) {
    if (pieces.empty() || pieces.back().size() == largest_piece) pieces.emplace_back();
    const auto size = std::min(bytes.size(), largest_piece - pieces.back().size());
    pieces.back() += bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
}

std::shared_ptr<const stored_file> file_builder::finish() {
  file_->hash = hash_->finish();
  file_->picture = picture_.result();
  return std::move(file_);
}

std::shared_ptr<const stored_file> file_index::add(std::shared_ptr<const stored_file> file) {
  auto& place = files_[file->hash];
  if (auto known = place.lock(); known && (known->has_bytes() || !file->has_bytes())) return known;
  place = file;
  if (files_.size() >= sweep_at_) {
    std::erase_if(files_, [](const auto& entry) { return entry.second.expired(); });
    sweep_at_ = std::max<std::size_t>(1000, 2 * files_.size());
  }
  return file;
}

std::shared_ptr<const stored_file> file_index::find(const std::string& hash) const {
  const auto found = files_.find(hash);
  return found == files_.end() ? nullptr : found->second.lock();
}

}  // namespace vkxx::emulation::detail
