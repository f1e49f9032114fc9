# Writes the commit that is being built, with "-dirty" where the tree has changes, as a header.
# Run at each build; the header changes only when its content does.
find_program(GIT git)
set(commit "")
if(GIT)
  execute_process(COMMAND ${GIT} describe --always --dirty --abbrev=12 --match=
    WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_QUIET)
endif()
set(content "#define DIBS_COMMIT \"${commit}\"\n")
if(EXISTS ${HEADER})
  file(READ ${HEADER} old)
endif()
if(NOT "${old}" STREQUAL "${content}")
  file(WRITE ${HEADER} "${content}")
endif()
