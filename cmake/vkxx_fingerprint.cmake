# Writes a source file with a digest of sources:
#   cmake -DROOT=… "-DFOLDERS=a,b" -DFUNCTION=… -DOUTPUT=… -P vkxx_fingerprint.cmake
string(REPLACE "," ";" FOLDERS "${FOLDERS}")
set(digests)
foreach(folder IN LISTS FOLDERS)
  file(GLOB_RECURSE files RELATIVE ${ROOT}
    ${ROOT}/${folder}/*.cpp ${ROOT}/${folder}/*.hpp ${ROOT}/${folder}/*.ipp ${ROOT}/${folder}/*.inc)
  list(SORT files)
  foreach(name IN LISTS files)
    file(SHA256 ${ROOT}/${name} digest)
    string(APPEND digests "${name} ${digest}\n")
  endforeach()
endforeach()
string(SHA256 digest "${digests}")
string(SUBSTRING ${digest} 0 12 digest)
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
#include "emulator/saving/changes/program_sources.hpp"

namespace vkxx::emulation::detail {

std::string_view @FUNCTION@() noexcept {
  return "@digest@";
}

}  // namespace vkxx::emulation::detail
]])
