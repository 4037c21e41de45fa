/// @file
/// Entry header for uploads: photos, documents, videos and the other files that VK takes.
#pragma once

#include <vkxx/uploads/attachment_store.hpp>
#include <vkxx/uploads/blocking_uploads.hpp>
#include <vkxx/uploads/read_source.hpp>
#include <vkxx/uploads/upload_kind.hpp>
#include <vkxx/uploads/upload_options.hpp>
#include <vkxx/uploads/upload_source.hpp>
#include <vkxx/uploads/uploaded.hpp>
#include <vkxx/uploads/uploads.hpp>
