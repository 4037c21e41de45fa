// The file store with an observer of its steps, to test a crash after each of them.
#pragma once

#include <memory>
#include <string>

#include <vkxx/auth/token_store.hpp>
#include "auth/stores/private_file.hpp"

namespace vkxx::auth::detail {

[[nodiscard]] std::shared_ptr<token_store> make_file_store(std::string path, store_key key,
                                                           step_observer observe);

}  // namespace vkxx::auth::detail
