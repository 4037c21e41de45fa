#include "integration/redis/fake_sentinel.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace vkxx::test {

namespace asio = boost::asio;
using asio::ip::tcp;

struct fake_sentinel::visit {
  explicit visit(tcp::socket from) : socket{std::move(from)} {}
  tcp::socket socket;
  std::array<char, 4096> bytes{};
  std::string text;
  std::string answer;
};

fake_sentinel::fake_sentinel()
    : acceptor_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}} {
  accept();
  thread_ = std::thread{[this] { io_.run(); }};
}

fake_sentinel::~fake_sentinel() {
  io_.stop();
  thread_.join();
}

void fake_sentinel::name(const std::string& host, std::uint64_t epoch) {
  const auto word = [](const std::string& text) {
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
  };
  say("*8\r\n" + word("name") + word("mymaster") + word("ip") + word(host) + word("port") +
      word("6379") + word("config-epoch") + word(std::to_string(epoch)));
}

void fake_sentinel::say(std::string bytes) {
  const std::lock_guard lock{mutex_};
  answer_ = std::move(bytes);
}

std::string fake_sentinel::answer() const {
  const std::lock_guard lock{mutex_};
  return answer_;
}

std::string fake_sentinel::url() const {
  return "redis://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

void fake_sentinel::accept() {
  acceptor_.async_accept([this](boost::system::error_code failure, tcp::socket socket) {
    if (!failure) read(std::make_shared<visit>(std::move(socket)));
    accept();
  });
}

void fake_sentinel::read(std::shared_ptr<visit> visitor) {
  auto& from = *visitor;
  from.socket.async_read_some(
      asio::buffer(from.bytes),
      [this, visitor = std::move(visitor)](boost::system::error_code failure, std::size_t size) {
        if (failure) return;
        visitor->text.append(visitor->bytes.data(), size);
        if (visitor->text.find("mymaster") == std::string::npos) return read(visitor);
        visitor->text.clear();
        visitor->answer = answer();
        asio::async_write(visitor->socket, asio::buffer(visitor->answer),
                          [this, visitor](boost::system::error_code broken, std::size_t) {
                            if (!broken) read(visitor);
                          });
      });
}

}  // namespace vkxx::test
