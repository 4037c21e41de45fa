# What belongs to the program vkxx besides itself: its manual page and its shell completions.
install(FILES ${PROJECT_SOURCE_DIR}/packaging/vkxx.1
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
set(completions ${PROJECT_SOURCE_DIR}/apps/vkxx/completions)
install(FILES ${completions}/vkxx.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME vkxx)
install(FILES ${completions}/vkxx.zsh
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _vkxx)
install(FILES ${completions}/vkxx.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
