// Typed items through a whole client, of a VK whose items collide in their parents and dates, that
// hides some of them and gives fewer a page than it was asked for: each that is shown comes exactly
// once, also when the walk is cut anywhere and goes on in another client.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <charconv>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <vkxx/api/ads.hpp>
#include <vkxx/api/board.hpp>
#include <vkxx/api/friends.hpp>
#include <vkxx/api/groups.hpp>
#include <vkxx/api/market.hpp>
#include <vkxx/api/messages.hpp>
#include <vkxx/api/photos.hpp>
#include <vkxx/api/storage.hpp>
#include <vkxx/api/wall.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/testing.hpp>

namespace vkxx::test {
namespace {

namespace json = boost::json;

json::value identified_item(std::string_view identity, std::int64_t number) {
  if (identity == ".") return number + 1;
  json::object item{{"date", 1'700'000'000}};
  const auto first = identity.substr(0, identity.find('|'));
  const auto comma = first.rfind(',');
  const bool composite = comma != std::string_view::npos;
  if (composite) {
    const auto parent = first.substr(0, comma);
    item[json::string_view{parent.data(), parent.size()}] = number % 2 == 0 ? -1 : -2;
  }
  const auto own = composite ? first.substr(comma + 1) : first;
  // Ten items of one message, equal in all that is known of them.
  if (own.empty())
    item["message_id"] = number / 10 + 1;
  else
    item[json::string_view{own.data(), own.size()}] = (composite ? number / 2 : number) + 1;
  return item;
}

// A VK with one list. Not a server: the client's transport ends here.
class list_of_vk final : public http::transport {
 public:
  static constexpr std::int64_t cap = 30;

  list_of_vk(const paging& list, std::vector<json::value> items, std::vector<bool> hidden)
      : list_{list}, items_{std::move(items)}, hidden_{std::move(hidden)} {}

  asio::awaitable<result<http::response>> send(http::request message) override {
    // Never inline, as all transports.
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
    const testing::sent_request sent{std::move(message)};
    http::response answer;
    answer.status = 200;
    answer.headers.push_back({"Content-Type", "application/json"});
    json::object parameters;
    for (const auto& [name, value] : sent.parameters()) parameters[name] = value;
    const auto response =
        sent.method() == "execute" ? executed(*sent.find("code")) : page_of(parameters);
    answer.body = json::serialize(json::object{{"response", response}});
    co_return answer;
  }

  [[nodiscard]] std::vector<std::string> shown() const {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (!hidden_[i]) texts.push_back(json::serialize(items_[i]));
    }
    return texts;
  }
  [[nodiscard]] int calls() const noexcept { return calls_; }

 private:
  static std::int64_t number(const json::object& parameters, std::string_view name,
                             std::int64_t otherwise) {
    const auto* value = parameters.if_contains({name.data(), name.size()});
    if (value == nullptr) return otherwise;
    if (value->is_int64()) return value->get_int64();
    const auto& text = value->as_string();
    std::from_chars(text.data(), text.data() + text.size(), otherwise);
    return otherwise;
  }

  json::value page_of(const json::object& parameters) {
    ++calls_;
    const bool chained = !list_.from.empty();
    const auto start = number(parameters, chained ? list_.from : list_.offset, 0);
    const auto size = std::min(number(parameters, list_.size, 20), cap);
    const auto all = static_cast<std::int64_t>(items_.size());
    json::array page;
    for (auto i = start; i < std::min(start + size, all); ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (!hidden_[at]) page.push_back(items_[at]);
    }
    if (list_.items.empty()) return page;
    const auto dot = list_.items.find('.');
    json::object response{{"count", all}, {"items", std::move(page)}};
    if (chained && start + size < all) response["next_from"] = std::to_string(start + size);
    if (dot == std::string_view::npos) return response;
    return json::object{{json::string_view{list_.items.data(), dot}, std::move(response)}};
  }

  // The two scripts that a walk sends: calls side by side, and calls that follow `next_from`.
  json::value executed(std::string_view code) {
    json::array pages;
    const auto parameters_at = [&](std::size_t at) {
      json::stream_parser parser;
      std::string text{code.substr(at, code.find(')', at) - at)};
      if (const auto variable = text.find(":from"); variable != std::string::npos) {
        text.replace(variable, 5, ":\"\"");
      }
      parser.write(text);
      return parser.release().as_object();
    };
    if (code.starts_with("return [")) {
      for (auto at = code.find('('); at != std::string_view::npos; at = code.find('(', at + 1)) {
        pages.push_back(page_of(parameters_at(at + 1)));
      }
      return pages;
    }
    const auto quoted = code.find('"') + 1;
    std::string from{code.substr(quoted, code.find('"', quoted) - quoted)};
    std::int64_t left = 0;
    const auto digits = code.find("left=") + 5;
    std::from_chars(code.data() + digits, code.data() + code.size(), left);
    auto parameters = parameters_at(code.find('(', code.find("API.")) + 1);
    for (; left > 0 && !from.empty(); --left) {
      parameters[std::string{list_.from}] = from;
      pages.push_back(page_of(parameters));
      const auto* next = pages.back().as_object().if_contains("next_from");
      from = next == nullptr ? std::string{} : std::string{next->as_string()};
    }
    return pages;
  }

  paging list_;
  std::vector<json::value> items_;
  std::vector<bool> hidden_;
  int calls_ = 0;
};

template <class Item>
std::string text_of(const Item& item) {
  if constexpr (requires { item.raw_json; }) {
    return json::serialize(json::parse(item.raw_json.text()));
  } else if constexpr (requires { std::string{item}; }) {
    const std::string owned{item};
    return json::serialize(json::value(json::string(owned)));
  } else if constexpr (requires { item.value(); }) {
    return std::to_string(item.value());
  } else {
    return std::to_string(item);
  }
}

template <paged_call M>
std::shared_ptr<list_of_vk> vk_for(std::size_t hidden) {
  std::vector<json::value> items;
  std::vector<bool> hides;
  for (std::size_t i = 0; i < 200; ++i) {
    auto item = identified_item(M::paged.identity, static_cast<std::int64_t>(i));
    if constexpr (std::is_same_v<detail::item_type<M>, vkxx::text>) {
      item = "key" + std::to_string(i);
    }
    items.push_back(std::move(item));
    hides.push_back(hidden == 1 ? i % 7 == 0 : hidden == 2 && i >= 50 && i < 58);
  }
  return std::make_shared<list_of_vk>(M::paged, std::move(items), std::move(hides));
}

config settings_of(const std::shared_ptr<list_of_vk>& vk) {
  config settings;
  settings.limits(limits{}.off()).transport(vk).access_token("token");
  return settings;
}

page_options options_with_text() {
  return page_options{}.each_call(call_options{}.keep_raw(true));
}

template <paged_call M>
void expect_each_item_once(const M& method) {
  const std::string name = method.to_request().method();
  for (std::size_t hidden = 0; hidden < 3; ++hidden) {
    const auto vk = vk_for<M>(hidden);
    blocking_client client{settings_of(vk)};
    std::vector<std::string> found;
    auto items = client.items(method, options_with_text());
    for (const auto& item : items) found.push_back(text_of(item));
    EXPECT_EQ(found, vk->shown()) << name << ", hidden " << hidden;
    EXPECT_TRUE(items.complete() || !M::paged.from.empty())
        << name << ": " << items.incomplete_reason().value_or("");
    EXPECT_LE(vk->calls(), 40) << name << ", hidden " << hidden;
  }
}

// Seven items in each walk, the last of them inside of a page.
template <paged_call M>
void expect_each_item_once_in_pieces(const M& method) {
  const auto vk = vk_for<M>(2);
  std::vector<std::string> found;
  std::string cursor;
  for (int walks = 0; walks < 40; ++walks) {
    blocking_client client{settings_of(vk)};
    auto items = client.items(method, options_with_text().resume(cursor));
    const auto before = found.size();
    while (found.size() < before + 7) {
      const auto item = items.next();
      if (!item) break;
      found.push_back(text_of(*item));
    }
    cursor = items.cursor();
    if (found.size() == before) break;
  }
  EXPECT_EQ(found, vk->shown()) << method.to_request().method();
}

template <class Check>
void for_lists_of_every_kind(const Check& check) {
  check(api::wall::get{}.owner_id(-1));                      // two members identify an item
  check(api::photos::getAll{}.owner_id(1));                  // the same
  check(api::board::getComments{group_id{1}, topic_id{2}});  // one does
  check(api::friends::get{}.user_id(1));                     // numbers
  check(api::groups::getMembers{}.group_id("1"));            // numbers
  check(api::messages::getImportantMessages{});              // a list beside others
  check(api::messages::getHistoryAttachments{});             // by next_from, without identity
  check(api::market::getOrderItems{order_id{1}});            // by offset, without identity
  check(api::storage::getKeys{});                            // texts, without a count
  check(api::ads::getAds{account_id{1}});                    // objects, without a count
}

TEST(TypedLists, GiveEachItemThatIsShownExactlyOnce) {
  for_lists_of_every_kind([](const auto& method) { expect_each_item_once(method); });
}

TEST(TypedLists, GiveEachItemOnceWhenTheyAreWalkedInPieces) {
  for_lists_of_every_kind([](const auto& method) { expect_each_item_once_in_pieces(method); });
}

asio::awaitable<std::vector<std::string>> all_posts(client vk) {
  std::vector<std::string> found;
  auto items = vk.items(api::wall::get{}.owner_id(-1), options_with_text());
  for (;;) {
    auto next = items.next();
    const auto item = co_await std::move(next);
    if (!item) break;
    found.push_back(text_of(*item));
  }
  EXPECT_TRUE(items.complete());
  co_return found;
}

TEST(TypedLists, OfTheCoroutineClient) {
  const auto vk = vk_for<api::wall::get>(1);
  asio::io_context io;
  auto found =
      asio::co_spawn(io, all_posts(client{io.get_executor(), settings_of(vk)}), asio::use_future);
  io.run();
  EXPECT_EQ(found.get(), vk->shown());
}

}  // namespace
}  // namespace vkxx::test
