#ifndef CNIFTI_FAILURE_H
#define CNIFTI_FAILURE_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "CNIfTI.h"

enum { success = 0, damaged = 1, unsupported = 2 };

// Writes a sentence into `message` and returns `status`, so that a check can return its result.
__attribute__((format(printf, 3, 4))) static inline int32_t fail(char *message, int32_t status,
                                                                 const char *format, ...) {
  va_list values;
  va_start(values, format);
  vsnprintf(message, CNIFTI_MESSAGE_LENGTH, format, values);
  va_end(values);
  return status;
}

#endif
