#include "integration/http/servers/proxy_servers.hpp"

#include <filesystem>
#include <vector>

namespace vkxx::http::test {
namespace {

// Of the package squid, in no folder of programs.
constexpr auto squid_password_checker = "/usr/lib/squid/basic_ncsa_auth";
// `user` with `proxy_password`, as `openssl passwd -apr1` packs it.
constexpr auto squid_user = "user:$apr1$vkxxtest$9QJJLvieZ.EkAh7XjecAJ0\n";

}  // namespace

tinyproxy::tinyproxy(bool with_password) {
  std::string settings = "Port " + std::to_string(port) +
                         "\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 20\nMaxClients 100\n";
  if (with_password) settings += std::string{"BasicAuth user "} + plain_password + "\n";
  folder_.write("conf", settings);
  program_ = std::make_unique<child_process>(
      std::vector<std::string>{required_program("tinyproxy"), "-d", "-c", folder_.path("conf")},
      folder_.path("log"));
  wait_for_listener(port);
}

microsocks::microsocks(bool with_password) {
  std::vector<std::string> command{required_program("microsocks"), "-i", "127.0.0.1", "-p",
                                   std::to_string(port)};
  if (with_password) command.insert(command.end(), {"-u", "user", "-P", proxy_password});
  program_ = std::make_unique<child_process>(command, folder_.path("log"));
  wait_for_listener(port);
}

squid::squid(const std::string& certificate, const std::string& key, bool with_password) {
  // It gives up root's rights, if it has them, before it reads these.
  std::filesystem::permissions(key, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  std::string settings = "http_port 127.0.0.1:" + std::to_string(http_port) +
                         "\nhttps_port 127.0.0.1:" + std::to_string(https_port) +
                         " tls-cert=" + certificate + " tls-key=" + key + "\n";
  if (with_password) {
    folder_.write("users", squid_user);
    settings += "auth_param basic children 1\nauth_param basic program ";
    settings += squid_password_checker;
    settings += ' ' + folder_.path("users") + "\nacl known proxy_auth REQUIRED\n";
    settings += "http_access allow known\nhttp_access deny all\n";
  } else {
    settings += "http_access allow all\n";
  }
  settings += "cache deny all\ncache_mem 1 MB\naccess_log none\ncache_log " +
              folder_.path("cache.log") + "\npid_filename none\nnetdb_filename none\n" +
              "pinger_enable off\nmax_filedescriptors 1024\nshutdown_lifetime 0 seconds\n" +
              "visible_hostname localhost\ncoredump_dir " + folder_.path() + "\n";
  folder_.write("conf", settings);
  program_ = std::make_unique<child_process>(
      std::vector<std::string>{required_program("squid"), "-N", "-f", folder_.path("conf")},
      folder_.path("log"));
  wait_for_listener(http_port);
  wait_for_listener(https_port);
}

}  // namespace vkxx::http::test
