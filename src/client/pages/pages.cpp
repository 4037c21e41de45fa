#include <vkxx/client/pages.hpp>

#include <utility>

#include <vkxx/client/blocking_client.hpp>

#include "client/pages/page_walk.hpp"

namespace vkxx {

page_options::page_options() noexcept = default;

page_options& page_options::limit(std::size_t items) noexcept {
  limit_ = items;
  return *this;
}

page_options& page_options::resume(std::string cursor) {
  cursor_ = std::move(cursor);
  return *this;
}

page_options& page_options::pages_per_request(std::size_t count) noexcept {
  pages_per_request_ = count;
  return *this;
}

page_options& page_options::each_call(call_options options) {
  each_call_ = std::move(options);
  return *this;
}

namespace detail {

walk_handle::walk_handle(request request, const paging& paging, page_options options)
    : options_{std::move(options)},
      walk_{std::make_unique<page_walk>(std::move(request), paging, options_)} {}
walk_handle::walk_handle(walk_handle&&) noexcept = default;
walk_handle& walk_handle::operator=(walk_handle&&) noexcept = default;
walk_handle::~walk_handle() = default;

std::string walk_handle::cursor(std::size_t delivered) const {
  return walk_->cursor(delivered);
}

std::optional<std::int64_t> walk_handle::total() const {
  return walk_->total();
}

bool walk_handle::complete() const {
  return walk_->complete();
}

std::optional<std::string> walk_handle::incomplete_reason() const {
  if (walk_->incomplete_reason().empty()) return std::nullopt;
  return walk_->incomplete_reason();
}

}  // namespace detail

asio::awaitable<std::optional<page>> page_sequence::next() {
  auto trying = try_next();
  auto outcome = co_await std::move(trying);
  if (!outcome) throw_error(outcome.error());
  co_return std::move(*outcome);
}

asio::awaitable<result<std::optional<page>>> page_sequence::try_next() {
  auto& walk = state_.walk();
  if (walk.fault()) co_return *walk.fault();
  for (;;) {
    if (auto ready = walk.take()) co_return ready;
    if (walk.over()) co_return std::optional<page>{};
    const auto plan = walk.plan();
    auto request = plan.to_request();
    if (!request) co_return request.error();
    auto calling = client_.try_call(std::move(*request), state_.options().each_call());
    const auto answer = co_await std::move(calling);
    if (const auto failure = walk.feed(plan.outcomes(answer))) co_return *failure;
  }
}

std::optional<page> blocking_page_sequence::next() {
  return try_next().value();
}

result<std::optional<page>> blocking_page_sequence::try_next() {
  auto& walk = state_.walk();
  if (walk.fault()) return *walk.fault();
  for (;;) {
    if (auto ready = walk.take()) return ready;
    if (walk.over()) return std::optional<page>{};
    const auto plan = walk.plan();
    auto request = plan.to_request();
    if (!request) return request.error();
    const auto answer = client_->try_call(std::move(*request), state_.options().each_call());
    if (const auto failure = walk.feed(plan.outcomes(answer))) return *failure;
  }
}

}  // namespace vkxx
