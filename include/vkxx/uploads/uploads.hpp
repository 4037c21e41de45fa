/// @file
/// Uploads for coroutines.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <vector>

#include <vkxx/client/client.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/uploads/upload_functions.hpp>
#include <vkxx/uploads/upload_kind.hpp>
#include <vkxx/uploads/upload_options.hpp>
#include <vkxx/uploads/upload_source.hpp>
#include <vkxx/uploads/uploaded.hpp>

namespace vkxx {

namespace detail {
struct upload_hub;
}

/// Uploads files to VK: asks for an upload server, streams the files to it, and saves them.
///
/// ```cpp
/// vkxx::uploads up{vk};
/// auto photo = co_await up.message_photo(vkxx::file_source{"cat.jpg"}, peer);
/// co_await vk.call(vkxx::request{"messages.send"}.set("peer_id", peer).set("random_id", 0)
///                      .set("attachment", photo));
/// ```
///
/// If the upload server does not answer as one, the files are sent to its fallback address, if VK
/// gave one, and then once more to another server. A refusal of the server
/// (`errc::upload_refused`) is final. The save method is repeated by itself after transient
/// failures; whether VK may hold two objects then is in `uploaded::maybe_doubled`. The save method
/// is never called with the empty answer that upload servers give for files that they refuse.
///
/// Retries of the method calls, limits, challenges and logs are the client's. The request to the
/// upload server has neither the token nor parameters of the API; its address appears in no log and
/// no error.
///
/// A handle: copies share the queue of uploads. Running uploads own their data.
///
/// Thread safety: safe to share.
class uploads : public upload_functions<uploads, asio::awaitable<uploaded>> {
 public:
  /// `at_once`: how many uploads with one token run at a time; the others wait in their order. At
  /// least 1, else throws `usage_exception` (`errc::invalid_argument`).
  explicit uploads(client vk, std::size_t at_once = 4);

  /// Uploads files as `kind`: one, except for kinds that take up to five (`album_photo`,
  /// `product_photos`) or none (`video_link`).
  ///
  /// Completion: what VK made of them. Errors: thrown as the exceptions of `client::call`; an
  /// upload that VK's server refuses is an `api_exception` with `errc::upload_refused`. The effect
  /// of an error says whether VK may have saved the files. Cancellation: all types, at any byte.
  /// Lifetime: the arguments are moved or copied before the function returns. Executor: the
  /// awaiting coroutine's; the work is done in a strand of its own on it.
  [[nodiscard]] asio::awaitable<uploaded> run(upload_kind kind, std::vector<upload_source> files,
                                              upload_options options = {}) const;
  /// As `run`, with every failure in the result.
  [[nodiscard]] asio::awaitable<result<uploaded>> try_run(upload_kind kind,
                                                          std::vector<upload_source> files,
                                                          upload_options options = {}) const;

 private:
  std::shared_ptr<const detail::upload_hub> hub_;
};

}  // namespace vkxx
