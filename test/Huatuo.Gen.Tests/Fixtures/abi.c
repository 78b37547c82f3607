// SPDX-License-Identifier: GPL-2.0
/* Stands at src/Huatuo.Bpf/include/abi.bpf.c of the test's repository. */
#include "shared.h"

const struct event_header *const abi_event_header = 0;
const enum event_context *const abi_event_context = 0;
