/// @file
/// Uploads for programs without coroutines.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <vkxx/client/blocking_client.hpp>
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

/// Uploads files and waits until they are saved; see `uploads`.
///
/// ```cpp
/// vkxx::blocking_client vk{vkxx::config{}.access_token(token)};
/// vkxx::blocking_uploads up{vk};
/// std::cout << up.wall_photo(vkxx::file_source{"cat.jpg"}) << '\n';  // photo1_2
/// ```
///
/// Hooks of the client run on its own thread during an upload, also those that are ordinary
/// functions. The client must live as long as this object.
///
/// Thread safety: safe to share; uploads of several threads run at the same time.
class blocking_uploads : public upload_functions<blocking_uploads, uploaded> {
 public:
  /// `at_once`: see `uploads`. Throws what the functions of `vk` throw.
  explicit blocking_uploads(blocking_client& vk, std::size_t at_once = 4);

  /// Uploads files as `kind`; see `uploads::run` for what it throws. Blocks until the outcome, the
  /// deadline, or a requested stop (`upload_options::stop_token`). Fails at once with
  /// `errc::invalid_argument` on the client's own thread (`blocking_client::is_own_thread`), where
  /// its hooks and middlewares run, and in a process that did not create the client.
  uploaded run(upload_kind kind, std::vector<upload_source> files,
               upload_options options = {}) const;
  /// As `run`, with every failure in the result.
  result<uploaded> try_run(upload_kind kind, std::vector<upload_source> files,
                           upload_options options = {}) const;

 private:
  blocking_client* client_;
  std::shared_ptr<const detail::upload_hub> hub_;
};

}  // namespace vkxx
