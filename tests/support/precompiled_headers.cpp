// Empty: the build system wants a source beside the headers.
