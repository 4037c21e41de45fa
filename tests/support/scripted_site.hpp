// A web site that answers by a list of addresses: logins without a network.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <vkxx/client/token_source.hpp>
#include <vkxx/http/transport.hpp>

namespace vkxx::test {

inline http::response html(std::string body, int status = 200) {
  http::response answer;
  answer.status = status;
  answer.headers.push_back({"Content-Type", "text/html; charset=utf-8"});
  answer.body = std::move(body);
  return answer;
}

inline http::response redirect(std::string target, int status = 302) {
  http::response answer;
  answer.status = status;
  answer.headers.push_back({"Location", std::move(target)});
  return answer;
}

inline http::response with_cookie(http::response answer, std::string cookie) {
  answer.headers.push_back({"Set-Cookie", std::move(cookie)});
  return answer;
}

// Answers 404 for what it does not know. Thread safety: safe to share.
class scripted_site final : public http::transport {
 public:
  using answerer = std::function<result<http::response>(const http::request&)>;

  using http::transport::on;
  // What is answered at this address (without a query if `url` has none): the answers one after
  // another, the last one for ever.
  void on(const std::string& url, http::response answer) {
    answers_[url].push_back([answer](const http::request&) { return answer; });
  }
  void on(const std::string& url, answerer answer) { answers_[url].push_back(std::move(answer)); }

  asio::awaitable<result<http::response>> send(http::request message) override {
    // Never inline, as all transports.
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
    auto answer = find(message);
    auto given = answer(message);
    if (given) fill_in_state(*given);
    co_return given;
  }

  [[nodiscard]] std::vector<http::request> requests() const {
    const std::lock_guard lock{mutex_};
    return requests_;
  }
  // `POST https://a.ru/1 a=1&b=2`
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> texts;
    for (const auto& sent : requests()) {
      texts.push_back(sent.method() + " " + sent.url() +
                      (sent.body().empty() ? "" : " " + sent.body()));
    }
    return texts;
  }
  [[nodiscard]] token_environment environment() {
    token_environment environment;
    // Not owned: the site outlives its use.
    environment.transport = std::shared_ptr<http::transport>{std::shared_ptr<void>{}, this};
    environment.time = system_clock();
    environment.timeout = std::chrono::seconds{7};
    return environment;
  }
  template <class T>
  T run(const std::function<asio::awaitable<T>()>& work) {
    asio::io_context loop;
    auto outcome = asio::co_spawn(loop, work(), asio::use_future);
    loop.run();
    return outcome.get();
  }

 private:
  // `{state}` in a redirect is the state that the login has given.
  void fill_in_state(http::response& answer) const {
    constexpr std::string_view place = "{state}";
    const std::lock_guard lock{mutex_};
    for (auto& [name, value] : answer.headers) {
      const auto at = value.find(place);
      if (at != std::string::npos) value.replace(at, place.size(), state_);
    }
  }

  answerer find(const http::request& message) {
    const std::lock_guard lock{mutex_};
    requests_.push_back(message);
    constexpr std::string_view name = "&state=";
    if (const auto at = message.url().find(name); at != std::string::npos) {
      const auto begin = at + name.size();
      state_ = message.url().substr(begin, message.url().find('&', begin) - begin);
    }
    auto found = answers_.find(message.url());
    if (found == answers_.end()) {
      found = answers_.find(message.url().substr(0, message.url().find('?')));
    }
    if (found == answers_.end()) {
      return [](const http::request&) { return html("no such page", 404); };
    }
    auto& list = found->second;
    auto answer = list.front();
    if (list.size() > 1) list.erase(list.begin());
    return answer;
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::vector<answerer>> answers_;
  std::vector<http::request> requests_;
  std::string state_;
};

}  // namespace vkxx::test
