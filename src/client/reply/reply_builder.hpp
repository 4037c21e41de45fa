// Creates replies from the texts of answers.
#pragma once

#include <array>
#include <boost/json/memory_resource.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/reply.hpp>
#include <vkxx/core/error.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::detail {

class response_decoder;

// Heap memory up to a limit, above which it throws std::bad_alloc.
class counted_memory final : public boost::json::memory_resource {
 public:
  void allow(std::size_t bytes) noexcept { left_ = bytes; }
  // Whether the limit was exceeded.
  [[nodiscard]] bool refused() const noexcept { return refused_; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const boost::json::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::size_t left_ = 0;
  bool refused_ = false;
};

// Keeps the text; the tree of values, which takes many times as much memory, is built on first use.
struct reply_state {
  explicit reply_state(std::string answer) : text{std::move(answer)} {}
  // A part of another answer.
  reply_state(std::shared_ptr<const reply_state> answer, std::string_view value)
      : response{value}, whole{std::move(answer)} {}
  reply_state(const reply_state&) = delete;
  reply_state& operator=(const reply_state&) = delete;
  ~reply_state() = default;

  // Null: it would take too much memory.
  [[nodiscard]] const boost::json::value* json() const;
  [[nodiscard]] const std::string& body() const;

  // Of a part: empty until first used.
  mutable std::string text;
  // In `text`, or in that of `whole`. JSON; with a `decoder`, as far as that has looked.
  std::string_view response;
  // The decoder of the call that has read it. Null: none, and the text has been checked.
  std::shared_ptr<response_decoder> decoder;
  std::shared_ptr<const reply_state> whole;
  std::string method;
  std::vector<error> execute_errors;
  int attempts = 0;
  // Nothing: as the method.
  std::optional<bool> writes;
  // What errors about this reply must not show.
  std::vector<secret> hidden;

 private:
  void build_tree() const;

  // Not `std::once_flag`, which makes a system call when its function has ended.
  mutable std::mutex first_use_;
  mutable bool text_written_ = false;
  mutable bool tree_built_ = false;
  // Enough for a small answer, which saves an allocation.
  mutable std::array<unsigned char, 640> first_memory_;
  mutable counted_memory upstream_;
  mutable boost::json::monotonic_resource memory_{first_memory_.data(), first_memory_.size(),
                                                  &upstream_};
  mutable std::optional<boost::json::value> tree_;
};

class reply_builder {
 public:
  explicit reply_builder(std::string text)
      : state_{std::make_shared<reply_state>(std::move(text))} {}
  [[nodiscard]] reply_state& state() noexcept { return *state_; }
  [[nodiscard]] reply finish() && { return reply{std::move(state_)}; }

  // The text of the response; valid as long as the reply.
  [[nodiscard]] static std::string_view response_text(const reply& answer) noexcept;
  // Null: the text has been checked.
  [[nodiscard]] static response_decoder* decoder_of(const reply& answer) noexcept;
  // Whether `reply::json` works, else `errc::answer_too_large`. Builds the tree only if the text is
  // long enough for such a tree.
  [[nodiscard]] static result<void> check_bounds(const reply& answer);
  // How much memory values that are made of the reply may take, and the error if they take more.
  [[nodiscard]] static std::size_t memory_for_values(const reply& answer) noexcept;
  [[nodiscard]] static error too_large(const reply& answer);
  // The reply to a call inside an `execute`: `response` is part `index` of
  // `response_text(answer)`.
  [[nodiscard]] static reply part_of(const reply& answer, std::size_t index,
                                     std::string_view response, const std::string& method);

 private:
  std::shared_ptr<reply_state> state_;
};

}  // namespace vkxx::detail
