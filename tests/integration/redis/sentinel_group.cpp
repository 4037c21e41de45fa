#include "integration/redis/sentinel_group.hpp"

#include <unistd.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using http::test::child_process;
using http::test::required_program;

constexpr std::size_t sentinel_place = 2;
constexpr std::size_t nobody = 3;

std::string host_at(std::size_t place) {
  const auto number = static_cast<unsigned>(::getpid());
  return "127." + std::to_string(1 + (number >> 14U) % 254) + "." +
         std::to_string((number >> 6U) & 255U) + "." +
         std::to_string((number & 63U) * 4 + static_cast<unsigned>(place));
}

// Servers of their own processes, which tell nobody when they are ready.
void wait_until(const char* text, const std::function<bool()>& reached) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!reached()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error{text};
    std::this_thread::sleep_for(20ms);
  }
}

// Whatever redis-cli prints, also if nobody is there.
std::string ask(std::vector<std::string> words) {
  words.insert(words.begin(), required_program("redis-cli"));
  const http::test::temporary_folder printed;
  child_process client{words, printed.path("text")};
  client.wait();
  std::ifstream text{printed.path("text")};
  return {std::istreambuf_iterator<char>{text}, {}};
}

}  // namespace

redis_pair::redis_pair() {
  for (std::size_t server = 0; server < size; ++server) {
    redis_settings settings;
    settings.with({"--port", "6379", "--bind", host(server), "--requirepass", password,
                   "--masterauth", password, "--replica-announce-ip", host(server),
                   "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1",
                   "--appendonly", "yes"});
    if (server > 0) settings.with({"--replicaof", host(0) + " 6379"});
    servers_.at(server) = std::make_unique<redis_server>(settings);
  }
  wait_for_replica();
}

std::string redis_pair::host(std::size_t server) {
  return host_at(server);
}

std::string redis_pair::command(std::size_t server, std::vector<std::string> words) const {
  words.insert(words.begin(), {"-h", host(server), "-a", password, "--no-auth-warning"});
  return ask(std::move(words));
}

void redis_pair::wait_for_replica() const {
  wait_until("there is no replica", [this] {
    for (std::size_t server = 0; server < size; ++server) {
      const auto info = command(server, {"INFO", "replication"});
      if (info.find("state=online") != std::string::npos) return true;
    }
    return false;
  });
}

sentinel_group::sentinel_group(std::chrono::milliseconds down_after) {
  const auto set = [](const std::string& name) { return "sentinel " + name; };
  folder_.write(
      "sentinel.conf",
      "port 26379\nbind " + host_at(sentinel_place) + "\ndir " + folder_.path() +
          "\nrequirepass outside\n" + set("monitor mymaster " + redis_pair::host(0) + " 6379 1\n") +
          set("auth-pass mymaster " + std::string{redis_pair::password} + "\n") +
          set("down-after-milliseconds mymaster " + std::to_string(down_after.count()) + "\n") +
          set("failover-timeout mymaster 3000\n"));
  const std::vector<std::string> started{required_program("redis-server"),
                                         folder_.path("sentinel.conf"), "--sentinel"};
  sentinel_ = std::make_unique<child_process>(started, folder_.path("log"));
  wait_for_replica();
}

std::string sentinel_group::command(const std::vector<std::string>& words) const {
  std::vector<std::string> whole{"-h",      host_at(sentinel_place), "-p", "26379", "-a",
                                 "outside", "--no-auth-warning"};
  whole.insert(whole.end(), words.begin(), words.end());
  return ask(std::move(whole));
}

redis::options sentinel_group::options() const {
  auto list = redis::sentinel_list{}.add("redis://" + host_at(nobody)).add(sentinel_url());
  return redis::options{"redis://:" + std::string{redis_pair::password} + "@mymaster"}
      .timeout(900ms)
      .sentinels(std::move(list));
}

std::string sentinel_group::sentinel_url() const {
  return "redis://:outside@" + host_at(sentinel_place);
}

std::size_t sentinel_group::primary() const {
  const auto address = command({"SENTINEL", "get-master-addr-by-name", "mymaster"});
  return address.find(redis_pair::host(0) + "\n") != std::string::npos ? 0 : 1;
}

void sentinel_group::fail_over() {
  const auto before = primary();
  wait_until("the sentinel does not fail over", [this] {
    const auto answer = command({"SENTINEL", "FAILOVER", "mymaster"});
    return answer.find("OK") != std::string::npos;
  });
  wait_for_other_than(before);
}

void sentinel_group::wait_for_other_than(std::size_t server) const {
  wait_until("the sentinel names the same server", [&] { return primary() != server; });
}

void sentinel_group::wait_for_replica() const {
  servers.wait_for_replica();
  wait_until("the sentinel knows no replica", [this] {
    const auto known = command({"SENTINEL", "MASTER", "mymaster"});
    const auto count = known.find("num-slaves\n1\n");
    const auto replicas = command({"SENTINEL", "REPLICAS", "mymaster"});
    return count != std::string::npos &&
           replicas.find("master-link-status\nok") != std::string::npos;
  });
}

}  // namespace vkxx::test
