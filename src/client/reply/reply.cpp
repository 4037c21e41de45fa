#include <vkxx/client/reply.hpp>

#include <algorithm>
#include <array>
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <new>
#include <utility>
#include <vector>
#include <vkxx/core/exception.hpp>

#include <vkxx/client/typed_call.hpp>
#include "client/reply/json_slices.hpp"
#include "client/reply/reply_builder.hpp"
#include "client/request/call_idempotency.hpp"
#include "core/errors/server_text.hpp"

namespace vkxx::detail {

namespace {

constexpr std::size_t times_of_the_text = 8;
constexpr std::size_t least_memory = std::size_t{64} << 20U;

std::size_t memory_for(std::string_view text) noexcept {
  return std::max(times_of_the_text * text.size(), least_memory);
}

}  // namespace

void* counted_memory::do_allocate(std::size_t bytes, std::size_t alignment) {
  if (bytes > left_) {
    refused_ = true;
    throw std::bad_alloc{};
  }
  void* memory = ::operator new (bytes, std::align_val_t{alignment});
  left_ -= bytes;
  return memory;
}

void counted_memory::do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) {
  ::operator delete (memory, std::align_val_t{alignment});
  left_ += bytes;
}

const boost::json::value* reply_state::json() const {
  const std::lock_guard lock{first_use_};
  if (!tree_built_) build_tree();
  tree_built_ = true;
  return tree_ ? &*tree_ : nullptr;
}

void reply_state::build_tree() const {
  upstream_.allow(memory_for(response));
  boost::json::parse_options options;
  options.max_depth = max_json_depth;
  try {
    // Temporary memory counts as well.
    std::array<unsigned char, 4096> stack;
    boost::json::parser parser{&upstream_, options, stack.data(), stack.size()};
    parser.reset(&memory_);
    parser.write(response.data(), response.size());
    tree_.emplace(parser.release());
  } catch (const std::bad_alloc&) {
    if (!upstream_.refused()) throw;
    memory_.release();
  }
}

const std::string& reply_state::body() const {
  if (!whole) return text;
  const std::lock_guard lock{first_use_};
  if (!text_written_) text = "{\"response\":" + std::string{response} + '}';
  text_written_ = true;
  return text;
}

std::string_view reply_builder::response_text(const reply& answer) noexcept {
  return answer.state_->response;
}

response_decoder* reply_builder::decoder_of(const reply& answer) noexcept {
  return answer.state_->decoder.get();
}

result<void> reply_builder::check_bounds(const reply& answer) {
  // The memory for a byte of text, including what the parser needs to grow, stays below this: a
  // list of digits takes about 20.
  constexpr std::size_t most_growth = 64;
  if (answer.text().size() <= least_memory / most_growth) return {};
  if (answer.json_in_bounds() == nullptr) return answer.too_large();
  return {};
}

std::size_t reply_builder::memory_for_values(const reply& answer) noexcept {
  return memory_for(answer.text());
}

error reply_builder::too_large(const reply& answer) {
  return answer.too_large();
}

reply reply_builder::part_of(const reply& answer, std::size_t index, std::string_view response,
                             const std::string& method) {
  auto part = std::make_shared<reply_state>(answer.state_, response);
  part->method = method;
  part->attempts = answer.state_->attempts;
  part->hidden = answer.state_->hidden;
  if (answer.state_->decoder) part->decoder = answer.state_->decoder->part(index);
  return reply{std::move(part)};
}

}  // namespace vkxx::detail

namespace vkxx {

namespace {

// JSON has no infinity, and nothing that is no number. Without recursion: a value may be deep.
bool is_finite(const boost::json::value& whole) {
  std::vector<const boost::json::value*> left{&whole};
  while (!left.empty()) {
    const auto& some = *left.back();
    left.pop_back();
    if (const auto* const number = some.if_double(); number != nullptr && !std::isfinite(*number))
      return false;
    if (const auto* const list = some.if_array()) {
      for (const auto& item : *list) left.push_back(&item);
    }
    if (const auto* const object = some.if_object()) {
      for (const auto& member : *object) left.push_back(&member.value());
    }
  }
  return true;
}

}  // namespace

reply::reply(boost::json::value response) {
  if (!is_finite(response)) {
    throw usage_exception{error{errc::invalid_argument, request_effect::not_sent,
                                "reply: the value has an infinite number or one that is no number "
                                "(NaN), which JSON cannot say: use null"}};
  }
  constexpr std::string_view begin = "{\"response\":";
  detail::reply_builder builder{std::string{begin} + boost::json::serialize(response) + '}'};
  auto& content = builder.state();
  content.response = std::string_view{content.text}.substr(begin.size());
  content.response.remove_suffix(1);
  *this = std::move(builder).finish();
}

reply::reply(std::shared_ptr<const detail::reply_state> content) : state_{std::move(content)} {}

const boost::json::value& reply::json() const {
  const auto* tree = state_->json();
  if (tree == nullptr) throw_error(too_large());
  return *tree;
}

const boost::json::value* reply::json_in_bounds() const {
  return state_->json();
}

error reply::too_large() const {
  return misfit(errc::answer_too_large, "as a tree of values the response, of " +
                                            std::to_string(state_->response.size()) +
                                            " bytes, would take more than " +
                                            std::to_string(detail::memory_for(state_->response)) +
                                            " bytes of memory (`reply::text()` takes none)");
}

std::string_view reply::text() const noexcept {
  return state_->response;
}

const std::string& reply::body() const {
  return state_->body();
}

const std::vector<error>& reply::execute_errors() const noexcept {
  return state_->execute_errors;
}

const std::string& reply::method() const noexcept {
  return state_->method;
}

error reply::misfit(errc code, const std::string& reason) const {
  error failure{code, request_effect::unknown,
                reason + "; VK answered " + detail::server_text(state_->response, state_->hidden)};
  // A handler's value has no method and does not show what VK did.
  if (!state_->method.empty()) {
    failure.set_method(state_->method);
    failure.set_effect(request_effect::executed);
    failure.set_write(state_->writes.value_or(detail::is_write(state_->method)));
    failure.set_attempts(state_->attempts);
  }
  for (const auto& secret : state_->hidden) failure.hide(secret);
  failure.set_answer(std::shared_ptr<const std::string>{state_, &state_->body()});
  return failure;
}

error reply::misfit(const std::string& reason) const {
  return misfit(errc::unexpected_type,
                "the response does not fit the type that was asked for: " + reason);
}

}  // namespace vkxx
