#include "updates/update_poster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <chrono>
#include <utility>
#include <vkxx/core/json_text.hpp>
#include <vkxx/http/transport.hpp>

#include "command_line/usage_failure.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

// VK repeats five times.
constexpr int most_posts = 6;
constexpr std::chrono::seconds longest_answer{10};
constexpr std::chrono::seconds shortest_repeat_pause{1};
constexpr std::chrono::seconds longest_repeat_pause{60};
constexpr std::size_t longest_shown_answer = 60;

std::string shown(const result<http::response>& answer) {
  if (!answer) return answer.error().message();
  return fmt::format("status {}, \"{}\"", answer->status,
                     printable(answer->body.substr(0, longest_shown_answer)));
}

// 1 s, 2 s, 4 s …: VK's own pauses (10 s to 1 hour) are too long for somebody who waits.
std::chrono::seconds pause_before(int attempt, const result<http::response>& answer) {
  std::chrono::seconds pause{1 << (attempt - 1)};
  if (answer) {
    const auto wanted = http::retry_after(answer->headers, std::chrono::system_clock::now());
    if (wanted) pause = std::max(*wanted, shortest_repeat_pause);
  }
  return std::min(pause, longest_repeat_pause);
}

}  // namespace

update_poster::update_poster(const client& vk, post_target target)
    : environment_{vk.environment()}, target_{std::move(target)} {
  const auto parsed = boost::urls::parse_uri(target_.url);
  const bool usable = parsed && !parsed->host().empty() && !parsed->has_userinfo() &&
                      (parsed->scheme() == "http" || parsed->scheme() == "https");
  if (!usable) {
    throw usage_failure{
        "expected the address of your program, such as http://127.0.0.1:8080/callback"};
  }
}

// As the Callback API writes it.
std::string update_poster::body_of(const update& content) const {
  auto body = content.to_json();
  if (target_.secret_key.empty()) return body;
  body.pop_back();
  return body + (body.size() > 1 ? "," : "") +
         "\"secret\":" + json_text(target_.secret_key.expose()) + "}";
}

asio::awaitable<result<http::response>> update_poster::post_once(std::string body, int failures) {
  http::request message{"POST", target_.url};
  message.body(std::move(body), "application/json");
  if (failures > 0) message.add_header("X-Retry-Counter", std::to_string(failures));
  message.timeout(longest_answer);
  auto sending = environment_.transport->send(std::move(message));
  co_return co_await std::move(sending);
}

asio::awaitable<void> update_poster::confirm(std::int64_t community) {
  update_data data;
  data.type = "confirmation";
  data.group = group_id{community};
  auto posting = post_once(body_of(update{std::move(data)}), 0);
  const auto answer = co_await std::move(posting);
  if (answer && answer->status == 200) {
    write_message("vkxx: note: the program confirms with the code \"" +
                  printable(answer->body.substr(0, longest_shown_answer)) + '"');
  } else {
    write_message("vkxx: warning: the program does not confirm: " + shown(answer));
  }
}

asio::awaitable<post_outcome> update_poster::post(update content) {
  const auto body = body_of(content);
  const auto time = environment_.time;
  for (int attempt = 1;; ++attempt) {
    auto posting = post_once(body, attempt - 1);
    const auto answer = co_await std::move(posting);
    if (answer && answer->status == 200 && answer->body == "ok") co_return post_outcome::taken;
    if (answer && answer->status == 200 && answer->body == "remove")
      co_return post_outcome::removed;
    if (!answer && answer.error() == errc::cancelled) co_return post_outcome::refused;
    const auto line = fmt::format("{} was not taken: {}", printable(content.type()), shown(answer));
    if (attempt == most_posts) {
      write_message("vkxx: warning: " + line + "; given up after " + std::to_string(attempt) +
                    " attempts, as VK does");
      co_return post_outcome::refused;
    }
    const auto pause = pause_before(attempt, answer);
    write_message(
        fmt::format("vkxx: note: {}; attempt {} in {} s", line, attempt + 1, pause.count()));
    auto waiting = wait_until(*time, time->now() + pause);
    if (co_await std::move(waiting)) co_return post_outcome::refused;
  }
}

}  // namespace vkxx::cli
