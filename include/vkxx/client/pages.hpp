/// @file
/// Lists that VK returns page by page.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/fwd.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <vkxx/client/client.hpp>
#include <vkxx/client/paging.hpp>
#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>

namespace vkxx {

/// The options of a walk through the pages of a list.
class page_options {
 public:
  page_options() noexcept;
  /// The most items of this walk, not counting those of walks that it resumes. 0: none. More than
  /// 2^63 - 1 (a negative number) fails with `errc::invalid_argument` at the first `next`.
  page_options& limit(std::size_t items) noexcept;
  /// Continues another walk of the same list from its `cursor()`. The walk fails with
  /// `errc::invalid_argument` at the first `next` if `cursor` is anything else, was changed, or is
  /// of another method or of a call with other parameters; the page size and the start offset may
  /// differ. Empty: the walk starts at the beginning.
  page_options& resume(std::string cursor);
  /// The most pages per request, by `execute`: 1 to 25; 25 by default; 1: one request per page. Any
  /// other number fails with `errc::invalid_argument` at the first `next`. Each request takes about
  /// twice as many as the one before (4 at once where VK says how many items there are), so that
  /// few pages are requested in vain. If the token or the method does not allow `execute`, and for
  /// a call with its own token, the walk continues without it.
  page_options& pages_per_request(std::size_t count) noexcept;
  /// For each of the walk's requests.
  page_options& each_call(call_options options);

  [[nodiscard]] std::optional<std::size_t> limit() const noexcept { return limit_; }
  [[nodiscard]] const std::string& resume() const noexcept { return cursor_; }
  [[nodiscard]] std::size_t pages_per_request() const noexcept { return pages_per_request_; }
  [[nodiscard]] const call_options& each_call() const noexcept { return each_call_; }

 private:
  std::optional<std::size_t> limit_;
  std::string cursor_;
  std::size_t pages_per_request_ = 25;
  call_options each_call_;
};

/// A page: the answer, and which of its items were not on an earlier page of the walk.
class page {
 public:
  /// `fresh`: positions in the list of `answer`, which is at `items_path` (`paging::items`).
  page(reply answer, std::vector<std::size_t> fresh, std::string items_path = "items")
      : answer_{std::move(answer)}, fresh_{std::move(fresh)}, items_path_{std::move(items_path)} {}
  /// VK's answer, as it came.
  [[nodiscard]] const reply& answer() const noexcept { return answer_; }
  /// Positions in the list of the answer, in order; never empty. Of lists within items
  /// (`[].users.items`) the inner lists are counted through, one after another.
  [[nodiscard]] const std::vector<std::size_t>& fresh() const noexcept { return fresh_; }
  /// Copies of the items at these positions. An item of a list within items is returned in its
  /// outer element, in place of the list: `{"answer_id":1,"users":5}`. Needs `<boost/json.hpp>`.
  [[nodiscard]] std::vector<boost::json::value> items() const;
  /// The same as JSON texts exactly as VK wrote them: with all digits of numbers, which parsed
  /// items may have lost.
  [[nodiscard]] std::vector<std::string> item_texts() const;

 private:
  reply answer_;
  std::vector<std::size_t> fresh_;
  std::string items_path_;
};

class blocking_client;

namespace detail {

class page_plan;
class page_walk;

// What becomes of the pages: trees of JSON values, or what decoders make of them.
struct page_use {
  bool as_json = true;
  // The decoder of a page that is requested with these options. May be null.
  std::shared_ptr<response_decoder> (*decoder)(const call_options& options) = nullptr;
};
template <paged_call M>
inline constexpr page_use decoded_pages{false, &decoder_for<M>};

// The state of a walk.
class walk_handle {
 public:
  walk_handle(request request, const paging& paging, page_options options, page_use use);
  walk_handle(walk_handle&&) noexcept;
  walk_handle& operator=(walk_handle&&) noexcept;
  ~walk_handle();

  // Behind the first `delivered` fresh items of the last page; `std::string::npos`: behind all.
  [[nodiscard]] std::string cursor(std::size_t delivered) const;
  [[nodiscard]] std::optional<std::int64_t> total() const;
  [[nodiscard]] bool complete() const;
  [[nodiscard]] std::optional<std::string> incomplete_reason() const;
  [[nodiscard]] page_walk& walk() noexcept { return *walk_; }
  [[nodiscard]] const page_options& options() const noexcept { return options_; }
  // Of the next request.
  [[nodiscard]] call_options options_for(const page_plan& plan) const;

 private:
  page_options options_;
  page_use use_;
  std::unique_ptr<page_walk> walk_;
};

// The next page of the walk. Both arguments live until it is done.
[[nodiscard]] asio::awaitable<result<std::optional<page>>> next_page(const client& client,
                                                                     walk_handle& walk);
[[nodiscard]] result<std::optional<page>> next_page(blocking_client& client, walk_handle& walk);

// What is left of the last page in a list that gives whole pages: nothing.
struct whole_pages {
  [[nodiscard]] static constexpr std::size_t taken() noexcept { return std::string::npos; }
  [[nodiscard]] static constexpr bool empty() noexcept { return true; }
};

// The items of the last page as JSON.
class json_queue {
 public:
  json_queue();
  json_queue(json_queue&&) noexcept;
  json_queue& operator=(json_queue&&) noexcept;
  ~json_queue();
  // Null: there is none left. Valid until the next call.
  [[nodiscard]] boost::json::value* take();
  void refill(const page& page);
  [[nodiscard]] std::size_t taken() const noexcept { return taken_; }
  [[nodiscard]] bool empty() const noexcept;

 private:
  std::vector<boost::json::value> items_;
  std::size_t taken_ = 0;
};

template <paged_call M>
using items_type =
    std::remove_reference_t<decltype(M::items_of(std::declval<typename M::result_type&>()))>;
template <paged_call M>
using item_type = typename items_type<M>::value_type;

// The items of the last page in the type of the method.
template <paged_call M>
class item_queue {
 public:
  [[nodiscard]] std::optional<item_type<M>> take() {
    if (empty()) return std::nullopt;
    return std::optional<item_type<M>>{std::move(items_[taken_++])};
  }
  void refill(typename M::result_type page) {
    items_ = std::move(M::items_of(page));
    taken_ = 0;
  }
  [[nodiscard]] std::size_t taken() const noexcept { return taken_; }
  [[nodiscard]] bool empty() const noexcept { return taken_ == items_.size(); }

 private:
  items_type<M> items_;
  std::size_t taken_ = 0;
};

// The page as a result of `M` with nothing in its list but what is fresh.
template <paged_call M>
[[nodiscard]] result<std::optional<typename M::result_type>> decoded_page(
    const result<std::optional<page>>& found, const walk_handle& walk) {
  using wanted = std::optional<typename M::result_type>;
  if (!found) return found.error();
  if (!*found) return wanted{};
  auto value = decoded<M>((*found)->answer(), walk.options().each_call().keep_raw());
  if (!value) return value.error();
  auto& items = M::items_of(*value);
  items_type<M> fresh;
  for (const auto position : (*found)->fresh()) {
    if (position < items.size()) fresh.push_back(std::move(items[position]));
  }
  items = std::move(fresh);
  return wanted{std::move(*value)};
}

// Makes a range of a sequence with `next()`; the element is read once.
template <class Sequence, class Value>
class next_iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = Value;
  using difference_type = std::ptrdiff_t;

  next_iterator() = default;
  explicit next_iterator(Sequence& sequence) : sequence_{&sequence} { ++*this; }
  [[nodiscard]] Value& operator*() const noexcept { return *current_; }
  next_iterator& operator++() {
    current_ = sequence_->next();
    return *this;
  }
  void operator++(int) { ++*this; }
  [[nodiscard]] friend bool operator==(const next_iterator& self, std::default_sentinel_t) {
    return !self.current_;
  }

 private:
  Sequence* sequence_ = nullptr;
  mutable std::optional<Value> current_;
};

}  // namespace detail

/// The base of all lists: the position of the walk, and how it ended. `Queue` holds the remaining
/// items of the last page.
template <class Queue>
class list_walk {
 public:
  /// A text from which another walk can continue after the last page or item that was given; stable
  /// across processes, and with this version of the cursor's format only. It holds no secrets. At
  /// most 4 KiB, and twice the length of VK's own `next_from`. Of identified lists it remembers the
  /// last 64 items: the other walk finds its place by them, also when the list has moved (within 50
  /// pages).
  [[nodiscard]] std::string cursor() const { return walk_.cursor(queue_.taken()); }
  /// The same behind the first `delivered` fresh items of the last page. Only of lists that give
  /// pages.
  [[nodiscard]] std::string cursor(
      std::size_t delivered) const requires std::same_as<Queue, detail::whole_pages> {
    return walk_.cursor(delivered);
  }
  /// How many items there are according to VK (`count`); nothing: VK does not say. Hidden ones are
  /// counted.
  [[nodiscard]] std::optional<std::int64_t> total() const { return walk_.total(); }
  /// Whether the walk went through the whole list, or up to its `limit`. False as long as it runs,
  /// when the list ended before VK's `count` (a search that gives no more than 1000; at least a
  /// page without items at its end), and when items may have been missed: the list changed faster
  /// than it could be read, or hides so much that pages cannot be measured. Single items that VK
  /// counts but hides are not missing: the walk is complete with fewer items than `total()`.
  [[nodiscard]] bool complete() const { return queue_.empty() && walk_.complete(); }
  /// For people: why a walk that is over is not complete. Nothing while it runs.
  [[nodiscard]] std::optional<std::string> incomplete_reason() const {
    return walk_.incomplete_reason();
  }

 protected:
  /// The list of `request`.
  list_walk(request request, const paging& paging, page_options options, detail::page_use use = {})
      : walk_{std::move(request), paging, std::move(options), use} {}
  list_walk(list_walk&&) noexcept = default;
  list_walk& operator=(list_walk&&) noexcept = default;
  ~list_walk() = default;

  detail::walk_handle walk_;  ///< the state
  Queue queue_;               ///< what is left of the last page
};

/// The pages of a list, one after another.
///
/// The guarantees depend on what identifies the items of the list (`paging::identity`):
/// - **Identified items.** An item that stays in the list comes exactly once, also when others are
///   added or removed between two pages: pages overlap, and where one does not join those before,
///   these are read again until it does. Items added where the walk has passed already are not
///   seen, and an item that moves (a conversation that gets a message meanwhile) may be missed.
/// - **Items that nothing identifies**, and lists within items, are walked by position: in a list
///   that does not change every item comes exactly once, equal ones too. If VK's `count` changes on
///   the way, `complete` is false.
/// - **Lists with `next_from`**: VK keeps the place. Identified items that it repeats are left out;
///   of others nothing is.
///
/// An item that lacks all members that identify it is never dropped. Items that VK hides make a
/// page short; that is not an end. A list that gives three empty pages and nothing at its end
/// either is over, whatever its `count`: see `complete`. A `count` that ends with a full page is
/// tried: one more page is asked for. A list without a `count` ends with two pages that bring
/// nothing new, if those 2, 4, 8 and 16 pages further on bring nothing either; it is empty if its
/// first two pages are.
///
/// When a request fails the walk stays where it is: the next one tries again. A page that fails
/// among others is asked for once more by itself, with the handlers and the retries of a single
/// call; those before it are kept. An answer beyond the memory limit of `reply::json` is asked for
/// in smaller pages, and fails with `errc::answer_too_large` at last. A response without any list,
/// and a list that gives the same page wherever it is asked to begin (also behind its end), fail
/// with `errc::unexpected_type`.
///
/// Memory: 22 to 44 bytes for each identified item, for as long as the walk lives.
///
/// Thread safety: distinct objects: safe; shared objects: unsafe. One `next()` at a time.
class page_sequence : public list_walk<detail::whole_pages> {
 public:
  /// Sends nothing yet.
  page_sequence(client client, request request, const paging& paging, page_options options = {})
      : list_walk{std::move(request), paging, std::move(options)}, client_{std::move(client)} {}

  /// Fetches the next page, with one request or several; the last request may have brought it
  /// already.
  ///
  /// Completion: the page; nothing if the list is over. Errors: thrown, those of `client::call`,
  /// and `errc::unexpected_type` for an answer without a list; the walk stays where it is, and the
  /// next call tries again. Cancellation: as `client::call`; the walk stays where it is. Lifetime:
  /// the sequence has to live until the call is done. Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<std::optional<page>> next();
  /// As `next`, with every failure in the result.
  [[nodiscard]] asio::awaitable<result<std::optional<page>>> try_next();

 private:
  client client_;
};

/// The items of a list of a call by name as JSON, one after another. What `client::items` gives for
/// a request; see `page_sequence` for its guarantees, errors and thread safety.
class item_sequence : public list_walk<detail::json_queue> {
 public:
  /// Sends nothing yet.
  item_sequence(client client, request request, const paging& paging, page_options options = {})
      : list_walk{std::move(request), paging, std::move(options)}, client_{std::move(client)} {}

  /// As `page_sequence::next`, for the next item. Needs `<boost/json.hpp>`.
  [[nodiscard]] asio::awaitable<std::optional<boost::json::value>> next();
  /// As `next`, with every failure in the result.
  [[nodiscard]] asio::awaitable<result<std::optional<boost::json::value>>> try_next();

 private:
  client client_;
};

/// `page_sequence` for programs without coroutines. The client has to outlive it.
class blocking_page_sequence : public list_walk<detail::whole_pages> {
 public:
  /// Sends nothing yet.
  blocking_page_sequence(blocking_client& client, request request, const paging& paging,
                         page_options options = {})
      : list_walk{std::move(request), paging, std::move(options)}, client_{&client} {}

  [[nodiscard]] std::optional<page> next();              ///< see `page_sequence::next`
  [[nodiscard]] result<std::optional<page>> try_next();  ///< see `page_sequence::try_next`

 private:
  blocking_client* client_;
};

/// `item_sequence` for programs without coroutines. The client has to outlive it.
class blocking_item_sequence : public list_walk<detail::json_queue> {
 public:
  /// Sends nothing yet.
  blocking_item_sequence(blocking_client& client, request request, const paging& paging,
                         page_options options = {})
      : list_walk{std::move(request), paging, std::move(options)}, client_{&client} {}

  [[nodiscard]] std::optional<boost::json::value> next();  ///< see `item_sequence::next`
  [[nodiscard]] result<std::optional<boost::json::value>>
  try_next();  ///< see `item_sequence::try_next`

 private:
  blocking_client* client_;
};

/// The pages of a method, each a result of its type, without the items that came before. What
/// `client::pages` returns; see `page_sequence` for its guarantees.
template <paged_call M>
class typed_pages : public list_walk<detail::whole_pages> {
 public:
  /// Sends nothing yet.
  typed_pages(client client, const M& method, page_options options)
      : list_walk{method.to_request(), M::paged, std::move(options), detail::decoded_pages<M>},
        client_{std::move(client)} {}

  /// As `page_sequence::next`, for a result of the method.
  [[nodiscard]] asio::awaitable<std::optional<typename M::result_type>> next() {
    auto trying = try_next();
    auto outcome = co_await std::move(trying);
    if (!outcome) throw_error(outcome.error());
    co_return std::move(*outcome);
  }
  /// As `next`, with every failure in the result.
  [[nodiscard]] asio::awaitable<result<std::optional<typename M::result_type>>> try_next() {
    auto trying = detail::next_page(client_, walk_);
    const auto found = co_await std::move(trying);
    co_return detail::decoded_page<M>(found, walk_);
  }

 private:
  client client_;
};

/// The items of a method's pages, one by one. What `client::items` gives.
template <paged_call M>
class typed_items : public list_walk<detail::item_queue<M>> {
  using base = list_walk<detail::item_queue<M>>;

 public:
  /// Sends nothing yet.
  typed_items(client client, const M& method, page_options options)
      : base{method.to_request(), M::paged, std::move(options), detail::decoded_pages<M>},
        client_{std::move(client)} {}

  /// As `page_sequence::next`, for the next item.
  [[nodiscard]] asio::awaitable<std::optional<detail::item_type<M>>> next() {
    auto trying = try_next();
    auto outcome = co_await std::move(trying);
    if (!outcome) throw_error(outcome.error());
    co_return std::move(*outcome);
  }
  /// As `next`, with every failure in the result.
  [[nodiscard]] asio::awaitable<result<std::optional<detail::item_type<M>>>> try_next() {
    for (;;) {
      if (auto item = this->queue_.take()) co_return item;
      auto trying = detail::next_page(client_, this->walk_);
      const auto found = co_await std::move(trying);
      auto page = detail::decoded_page<M>(found, this->walk_);
      if (!page) co_return page.error();
      if (!*page) co_return std::optional<detail::item_type<M>>{};
      this->queue_.refill(std::move(**page));
    }
  }

 private:
  client client_;
};

/// `typed_pages` for programs without coroutines: a range that is gone through once. The client has
/// to outlive it.
template <paged_call M>
class blocking_pages : public list_walk<detail::whole_pages> {
 public:
  /// Sends nothing yet.
  blocking_pages(blocking_client& client, const M& method, page_options options)
      : list_walk{method.to_request(), M::paged, std::move(options), detail::decoded_pages<M>},
        client_{&client} {}

  /// The next page; nothing: the list is over. Throws what `client::call` throws.
  [[nodiscard]] std::optional<typename M::result_type> next() { return try_next().value(); }
  /// As `next`; every failure is in the result.
  [[nodiscard]] result<std::optional<typename M::result_type>> try_next() {
    return detail::decoded_page<M>(detail::next_page(*client_, walk_), walk_);
  }
  /// Asks for the first page. Throws, as `++` does, what `client::call` throws.
  [[nodiscard]] auto begin() {
    return detail::next_iterator<blocking_pages, typename M::result_type>{*this};
  }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  blocking_client* client_;
};

/// `typed_items` for programs without coroutines.
template <paged_call M>
class blocking_items : public list_walk<detail::item_queue<M>> {
  using base = list_walk<detail::item_queue<M>>;

 public:
  /// Sends nothing yet.
  blocking_items(blocking_client& client, const M& method, page_options options)
      : base{method.to_request(), M::paged, std::move(options), detail::decoded_pages<M>},
        client_{&client} {}

  /// The next item; nothing: the list is over. Throws what `client::call` throws.
  [[nodiscard]] std::optional<detail::item_type<M>> next() { return try_next().value(); }
  /// As `next`; every failure is in the result.
  [[nodiscard]] result<std::optional<detail::item_type<M>>> try_next() {
    for (;;) {
      if (auto item = this->queue_.take()) return item;
      auto page = detail::decoded_page<M>(detail::next_page(*client_, this->walk_), this->walk_);
      if (!page) return page.error();
      if (!*page) return std::optional<detail::item_type<M>>{};
      this->queue_.refill(std::move(**page));
    }
  }
  /// Asks for the first page. Throws, as `++` does, what `client::call` throws.
  [[nodiscard]] auto begin() {
    return detail::next_iterator<blocking_items, detail::item_type<M>>{*this};
  }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  blocking_client* client_;
};

template <paged_call M>
typed_pages<M> client::pages(const M& method) const {
  return {*this, method, page_options{}};
}
template <paged_call M>
typed_pages<M> client::pages(const M& method, page_options options) const {
  return {*this, method, std::move(options)};
}
template <paged_call M>
typed_items<M> client::items(const M& method) const {
  return {*this, method, page_options{}};
}
template <paged_call M>
typed_items<M> client::items(const M& method, page_options options) const {
  return {*this, method, std::move(options)};
}

}  // namespace vkxx
