/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A fuzz target.  libFuzzer calls it, or fuzz_driver.c where there is none.
 * A failed CHECK() ends the program (fuzz_check.c).
 */
#ifndef DYSK_FUZZ_H
#define DYSK_FUZZ_H

#include "test.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#endif /* DYSK_FUZZ_H */
