#include "bench/bench_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/url/parse.hpp>
#include <utility>
#include <vkxx/core/exception.hpp>
#include <vkxx/core/printable.hpp>
#include <vkxx/http/curl_transport.hpp>

#include "command_line/usage_failure.hpp"

namespace vkxx::cli {
namespace {

std::string host_of(std::string_view url) {
  const auto parts = boost::urls::parse_uri_reference(url);
  if (!parts) return {};
  std::string host = parts->host();
  std::ranges::transform(host, host.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  while (host.ends_with('.')) host.pop_back();
  return host;
}

asio::awaitable<result<http::response>> ask(http::transport& transport, const std::string& url) {
  http::request message{"GET", url};
  auto work = transport.send(std::move(message));
  co_return co_await std::move(work);
}

result<http::response> answer_of(const std::string& url, const std::optional<std::string>& ca_file,
                                 const interruption& stop) {
  asio::io_context loop{1};
  http::transport_options options;
  if (ca_file) options.ca_file(*ca_file);
  const auto transport = http::make_curl_transport(loop.get_executor(), options);
  result<http::response> outcome{error{errc::cancelled, request_effect::not_sent, "not begun"}};
  asio::cancellation_signal end;
  asio::co_spawn(
      loop, ask(*transport, url),
      asio::bind_cancellation_slot(end.slot(), [&](std::exception_ptr, result<http::response> got) {
        outcome = std::move(got);
        loop.stop();
      }));
  const std::stop_callback when_stopped{
      stop.token(),
      [&] { asio::post(loop, [&] { end.emit(asio::cancellation_type::terminal); }); }};
  loop.run();
  return outcome;
}

std::string token_in(const boost::json::value& world, std::string_view name) {
  const auto* object = world.if_object();
  const auto* tokens = object == nullptr ? nullptr : object->if_contains("tokens");
  const auto* list = tokens == nullptr ? nullptr : tokens->if_object();
  const auto* token = list == nullptr ? nullptr : list->if_contains(name);
  return token == nullptr || !token->is_string() ? std::string{} : token->as_string().c_str();
}

}  // namespace

bool is_vk(std::string_view url) {
  constexpr std::array<std::string_view, 6> domains{"vk.ru", "vk.com",      "vkontakte.ru",
                                                    "vk.me", "userapi.com", "vkvideo.ru"};
  const auto host = host_of(url);
  return std::ranges::any_of(domains, [&](std::string_view domain) {
    return host == domain ||
           (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
  });
}

bench_target find_emulator(const std::string& url, const std::optional<std::string>& ca_file,
                           const interruption& stop) {
  if (is_vk(url)) {
    throw usage_failure{"--emulator: a load is never sent to VK, which would block its token",
                        bench_help};
  }
  auto base = url;
  while (base.ends_with('/')) base.pop_back();
  const auto answer = answer_of(base + "/_emulator/world", ca_file, stop);
  if (!answer) throw_error(answer.error());
  boost::system::error_code failure;
  const auto world = boost::json::parse(answer->body, failure);
  bench_target found{base, token_in(world, "user"), token_in(world, "community"),
                     token_in(world, "service")};
  if (failure || answer->status != 200 || found.user.empty() || found.community.empty() ||
      found.service.empty()) {
    throw usage_failure{
        fmt::format("--emulator: {} is not a vkxx emulator (it has no /_emulator/world); a load is "
                    "sent to nothing else",
                    printable(base)),
        bench_help};
  }
  return found;
}

}  // namespace vkxx::cli
