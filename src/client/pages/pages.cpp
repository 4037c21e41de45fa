#include <vkxx/client/pages.hpp>

#include <boost/json/value.hpp>
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

walk_handle::walk_handle(request request, const paging& paging, page_options options, page_use use)
    : options_{std::move(options)},
      use_{use},
      walk_{std::make_unique<page_walk>(std::move(request), paging, options_, use.as_json)} {}
walk_handle::walk_handle(walk_handle&&) noexcept = default;
walk_handle& walk_handle::operator=(walk_handle&&) noexcept = default;
walk_handle::~walk_handle() = default;

call_options walk_handle::options_for(const page_plan& plan) const {
  auto options = options_.each_call();
  if (use_.decoder == nullptr || options.keep_raw()) return options;
  auto first = use_.decoder(options);
  if (first == nullptr || plan.pages() == 1) {
    decoder_access::set(options, std::move(first));
    return options;
  }
  decoder_list parts{std::move(first)};
  while (parts.size() < plan.pages()) parts.push_back(use_.decoder(options));
  decoder_access::set(options,
                      std::make_shared<script_decoder>(std::move(parts), !plan.may_end_early()));
  return options;
}

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

asio::awaitable<result<std::optional<page>>> next_page(const client& client, walk_handle& handle) {
  auto& walk = handle.walk();
  if (walk.fault()) co_return *walk.fault();
  for (;;) {
    if (auto ready = walk.take()) co_return ready;
    if (walk.over()) co_return std::optional<page>{};
    const auto plan = walk.plan();
    auto request = plan.to_request();
    if (!request) co_return request.error();
    auto calling = client.try_call(std::move(*request), handle.options_for(plan));
    const auto answer = co_await std::move(calling);
    if (const auto failure = walk.feed(plan.outcomes(answer))) co_return *failure;
  }
}

result<std::optional<page>> next_page(blocking_client& client, walk_handle& handle) {
  auto& walk = handle.walk();
  if (walk.fault()) return *walk.fault();
  for (;;) {
    if (auto ready = walk.take()) return ready;
    if (walk.over()) return std::optional<page>{};
    const auto plan = walk.plan();
    auto request = plan.to_request();
    if (!request) return request.error();
    const auto answer = client.try_call(std::move(*request), handle.options_for(plan));
    if (const auto failure = walk.feed(plan.outcomes(answer))) return *failure;
  }
}

}  // namespace detail

asio::awaitable<std::optional<page>> page_sequence::next() {
  auto trying = try_next();
  auto outcome = co_await std::move(trying);
  if (!outcome) throw_error(outcome.error());
  co_return std::move(*outcome);
}

asio::awaitable<result<std::optional<page>>> page_sequence::try_next() {
  return detail::next_page(client_, walk_);
}

std::optional<page> blocking_page_sequence::next() {
  return try_next().value();
}

result<std::optional<page>> blocking_page_sequence::try_next() {
  return detail::next_page(*client_, walk_);
}

detail::json_queue::json_queue() = default;
detail::json_queue::json_queue(json_queue&&) noexcept = default;
detail::json_queue& detail::json_queue::operator=(json_queue&&) noexcept = default;
detail::json_queue::~json_queue() = default;

boost::json::value* detail::json_queue::take() {
  return empty() ? nullptr : &items_[taken_++];
}

void detail::json_queue::refill(const page& page) {
  items_ = page.items();
  taken_ = 0;
}

bool detail::json_queue::empty() const noexcept {
  return taken_ == items_.size();
}

asio::awaitable<std::optional<boost::json::value>> item_sequence::next() {
  auto trying = try_next();
  auto outcome = co_await std::move(trying);
  if (!outcome) throw_error(outcome.error());
  co_return std::move(*outcome);
}

asio::awaitable<result<std::optional<boost::json::value>>> item_sequence::try_next() {
  for (;;) {
    if (auto* const item = queue_.take()) co_return std::optional{std::move(*item)};
    auto trying = detail::next_page(client_, walk_);
    const auto found = co_await std::move(trying);
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<boost::json::value>{};
    queue_.refill(**found);
  }
}

std::optional<boost::json::value> blocking_item_sequence::next() {
  return try_next().value();
}

result<std::optional<boost::json::value>> blocking_item_sequence::try_next() {
  for (;;) {
    if (auto* const item = queue_.take()) return std::optional{std::move(*item)};
    const auto found = detail::next_page(*client_, walk_);
    if (!found) return found.error();
    if (!*found) return std::optional<boost::json::value>{};
    queue_.refill(**found);
  }
}

page_sequence client::pages(request request, const paging& list) const {
  return pages(std::move(request), list, page_options{});
}

page_sequence client::pages(request request, const paging& list, page_options options) const {
  return {*this, std::move(request), list, std::move(options)};
}

item_sequence client::items(request request, const paging& list) const {
  return items(std::move(request), list, page_options{});
}

item_sequence client::items(request request, const paging& list, page_options options) const {
  return {*this, std::move(request), list, std::move(options)};
}

blocking_page_sequence blocking_client::pages(request request, const paging& list) & {
  return pages(std::move(request), list, page_options{});
}

blocking_page_sequence blocking_client::pages(request request, const paging& list,
                                              page_options options) & {
  return {*this, std::move(request), list, std::move(options)};
}

blocking_item_sequence blocking_client::items(request request, const paging& list) & {
  return items(std::move(request), list, page_options{});
}

blocking_item_sequence blocking_client::items(request request, const paging& list,
                                              page_options options) & {
  return {*this, std::move(request), list, std::move(options)};
}

}  // namespace vkxx
