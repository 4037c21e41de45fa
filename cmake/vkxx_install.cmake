# Installation: headers, libraries, the program, the CMake package, the pkg-config files, the pages.
include(CMakePackageConfigHelpers)

get_property(libraries GLOBAL PROPERTY VKXX_LIBRARIES)
install(TARGETS ${libraries} vkxx_umbrella EXPORT vkxx_targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# The libraries find each other wherever the tree is moved.
set_target_properties(${libraries} PROPERTIES INSTALL_RPATH "$ORIGIN")

set(absent_parts "")
foreach(part IN ITEMS bot bot_testing emulator redis testing)
  if(NOT TARGET vkxx_${part})
    list(APPEND absent_parts PATTERN ${part} EXCLUDE PATTERN ${part}.hpp EXCLUDE)
  endif()
endforeach()
if(NOT TARGET vkxx_state_sqlite)
  list(APPEND absent_parts PATTERN sqlite_state.hpp EXCLUDE)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/vkxx
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN *.hpp ${absent_parts})
if(TARGET vkxx_objects)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/generated/include/vkxx
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.hpp)
else()
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/generated/include/vkxx/core
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/vkxx FILES_MATCHING PATTERN *.hpp)
endif()

# The CMake package.
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/vkxx)
install(EXPORT vkxx_targets NAMESPACE vkxx:: DESTINATION ${package_folder})
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/vkxxConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/vkxxConfig.cmake
  INSTALL_DESTINATION ${package_folder})
# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/cmake/vkxxConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/cmake/vkxxConfig.cmake
  ${PROJECT_BINARY_DIR}/cmake/vkxxConfigVersion.cmake
  DESTINATION ${package_folder})

# pkg-config. The dependencies of static libraries are public: `pkg-config --static` would also require
# the dependencies of a static libcurl.
set(pc_requires "")
set(pc_requires_private "libcurl >= 7.88, openssl >= 3.0, gumbo >= 0.10")
set(pc_typed_libraries "")
if(TARGET vkxx_objects)
  string(APPEND pc_requires_private ", simdjson >= 3.0")
  set(pc_typed_libraries "-lvkxx_bot -lvkxx_api -lvkxx_objects ")
endif()
if(NOT BUILD_SHARED_LIBS)
  set(pc_requires ${pc_requires_private})
  set(pc_requires_private "")
endif()
file(RELATIVE_PATH pc_prefix
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(${PROJECT_SOURCE_DIR}/cmake/vkxx.pc.in
  ${PROJECT_BINARY_DIR}/cmake/vkxx.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/cmake/vkxx.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
# A file of its own: only shared limits need hiredis.
if(TARGET vkxx_redis)
  set(pc_redis_requires "vkxx = ${PROJECT_VERSION}")
  set(pc_redis_requires_private "hiredis >= 0.14")
  if(NOT BUILD_SHARED_LIBS)
    string(APPEND pc_redis_requires ", ${pc_redis_requires_private}")
    set(pc_redis_requires_private "")
  endif()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/vkxx-redis.pc.in
    ${PROJECT_BINARY_DIR}/cmake/vkxx-redis.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/cmake/vkxx-redis.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
if(TARGET vkxx_state_sqlite)
  set(pc_state_sqlite_requires "vkxx = ${PROJECT_VERSION}")
  set(pc_state_sqlite_requires_private "sqlite3 >= 3.35")
  if(NOT BUILD_SHARED_LIBS)
    string(APPEND pc_state_sqlite_requires ", ${pc_state_sqlite_requires_private}")
    set(pc_state_sqlite_requires_private "")
  endif()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/vkxx-state_sqlite.pc.in
    ${PROJECT_BINARY_DIR}/cmake/vkxx-state_sqlite.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/cmake/vkxx-state_sqlite.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
if(TARGET vkxx_emulator)
  set(pc_emulator_requires "vkxx = ${PROJECT_VERSION}")
  set(pc_emulator_requires_private "openssl >= 3.0, zlib, libzstd")
  if(NOT BUILD_SHARED_LIBS)
    string(APPEND pc_emulator_requires ", ${pc_emulator_requires_private}")
    set(pc_emulator_requires_private "")
  endif()
  foreach(part IN ITEMS emulator testing)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/vkxx-${part}.pc.in
      ${PROJECT_BINARY_DIR}/cmake/vkxx-${part}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/cmake/vkxx-${part}.pc
      DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  endforeach()
  if(TARGET vkxx_bot_testing)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/vkxx-bot_testing.pc.in
      ${PROJECT_BINARY_DIR}/cmake/vkxx-bot_testing.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/cmake/vkxx-bot_testing.pc
      DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  endif()
endif()

# The program, its man page and its completions.
if(TARGET vkxx)
  file(RELATIVE_PATH libraries_from_program
    ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
  set_target_properties(vkxx PROPERTIES INSTALL_RPATH "$ORIGIN/${libraries_from_program}")
  install(TARGETS vkxx RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  include(${PROJECT_SOURCE_DIR}/packaging/program_files.cmake)
endif()

# The pages and the examples, in the layout of the checkout, so that their links work.
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/README.md
  ${PROJECT_SOURCE_DIR}/CHANGELOG.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs
  DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN *.md PATTERN *.svg)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples
  DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN *.cpp PATTERN run_example.cpp EXCLUDE)
