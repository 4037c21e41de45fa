// The driver of upload_machine: carries out an upload over a client's pipeline.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <vector>

#include <vkxx/client/client.hpp>
#include <vkxx/uploads/upload_options.hpp>
#include <vkxx/uploads/upload_source.hpp>
#include <vkxx/uploads/uploaded.hpp>
#include "uploads/run/upload_slots.hpp"

namespace vkxx::detail {

// What all uploads of an `uploads` object share.
struct upload_hub {
  client vk;
  token_environment environment;
  std::shared_ptr<upload_slots> slots;
};

// Runs in a strand of its own on the executor of the awaiting coroutine. `thread_waits`: whether a
// stop token may be given.
[[nodiscard]] asio::awaitable<result<uploaded>> run_upload(std::shared_ptr<const upload_hub> hub,
                                                           upload_kind kind,
                                                           std::vector<upload_source> sources,
                                                           upload_options options,
                                                           bool thread_waits);

}  // namespace vkxx::detail
