/// @file
/// The command line as other users of the machine see it.
#pragma once

namespace vkxx::cli {

/// Overwrites the secrets in the process's arguments (`--token`, the password in `--proxy`, secret
/// parameters of a call) with asterisks, so that from now on `ps` does not show them.
///
/// Between the start of the process and this call they can be seen: a file or the environment is
/// the better place for a token.
void hide_secrets(int argc, char** argv) noexcept;

}  // namespace vkxx::cli
