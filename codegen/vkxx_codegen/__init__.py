"""VK's JSON schema -> compact description -> checked model -> C++."""

GENERATOR_VERSION = 1
