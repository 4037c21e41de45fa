#include "integration/emulator/raw_client.hpp"

#include <array>
#include <boost/asio/write.hpp>

namespace vkxx::emulation {

raw_client::raw_client(std::uint16_t port) {
  socket_.connect({asio::ip::make_address("127.0.0.1"), port});
}

void raw_client::send(std::string_view bytes) {
  asio::write(socket_, asio::buffer(bytes.data(), bytes.size()));
}

void raw_client::finish() {
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send);
}

bool raw_client::read_more() {
  std::array<char, 65536> bytes{};
  const auto size = socket_.read_some(asio::buffer(bytes), ended_);
  received_.append(bytes.data(), size);
  return !ended_;
}

std::string raw_client::receive(bool head_only) {
  std::size_t head_end = 0;
  while ((head_end = received_.find("\r\n\r\n")) == std::string::npos)
    if (!read_more()) return std::exchange(received_, {});
  head_end += 4;
  const std::string_view name = "Content-Length: ";
  const auto at = received_.substr(0, head_end).find(name);
  const auto length =
      head_only || at == std::string::npos ? 0 : std::stoul(received_.substr(at + name.size()));
  while (received_.size() < head_end + length)
    if (!read_more()) return std::exchange(received_, {});
  auto result = received_.substr(0, head_end + length);
  received_.erase(0, head_end + length);
  return result;
}

std::string raw_client::receive_all() {
  while (read_more()) {
  }
  return std::exchange(received_, {});
}

std::string post(std::string_view method, std::string_view form, std::string_view token) {
  std::string text = "POST /method/" + std::string{method} + " HTTP/1.1\r\nHost: vk.test\r\n";
  if (!token.empty()) text += "Authorization: Bearer " + std::string{token} + "\r\n";
  text += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
          std::to_string(form.size()) + "\r\n\r\n";
  return text + std::string{form};
}

std::string body_of(std::string_view received) {
  const auto end = received.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string{} : std::string{received.substr(end + 4)};
}

}  // namespace vkxx::emulation
