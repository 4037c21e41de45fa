#include "emulator/http/answer.hpp"

#include <algorithm>
#include <iterator>

namespace vkxx::emulation::detail {

answer page(unsigned status, std::string html) {
  answer result;
  result.status = status;
  result.content_type = "text/html; charset=utf-8";
  result.body = std::move(html);
  return result;
}

answer refusal(unsigned status, std::string_view why) {
  answer result;
  result.status = status;
  result.content_type = "text/plain; charset=utf-8";
  result.body = std::string{why} + "\n";
  return result;
}

std::string_view reason_phrase(unsigned status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Payload Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return status < 400 ? "OK" : "Error";
  }
}

std::string head_text(const answer& value, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(value.status) + " ";
  head += reason_phrase(value.status);
  head += "\r\nServer: vkxx-emulator\r\n";
  if (value.status != 204) {
    head += "Content-Type: " + value.content_type + "\r\n";
    head += "Content-Length: " + std::to_string(value.body.size()) + "\r\n";
  }
  for (const auto& [name, text] : value.headers) {
    head.append(name).append(": ");
    // A line break in what a request has brought would begin another header.
    std::ranges::copy_if(text, std::back_inserter(head), [](char letter) {
      return static_cast<unsigned char>(letter) >= 0x20 || letter == '\t';
    });
    head += "\r\n";
  }
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace vkxx::emulation::detail
