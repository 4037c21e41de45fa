# The files of the program vkxx: its manual page and its shell completions, which the build generates.
set(program_files ${PROJECT_BINARY_DIR}/apps/vkxx)
install(FILES ${program_files}/vkxx.1
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${program_files}/vkxx.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME vkxx)
install(FILES ${program_files}/vkxx.zsh
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _vkxx)
install(FILES ${program_files}/vkxx.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
