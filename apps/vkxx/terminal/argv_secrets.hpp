/// @file
/// The command line as other users of the machine see it.
#pragma once

namespace vkxx::cli {

/// Overwrites the secrets in the process's arguments (`--token`, the password in `--proxy`, secret
/// parameters of a call) with asterisks, so that `ps` no longer shows them.
///
/// Until then they are visible: prefer a file or the environment for a token.
void hide_secrets(int argc, char** argv) noexcept;

}  // namespace vkxx::cli
