// SPDX-License-Identifier: GPL-2.0
/* The structs that every tracer shares; this object is never loaded. */
#include "histogram.h"
#include "identity.h"
#include "ledger.h"

const struct event_header *const abi_event_header = 0;
const struct histogram *const abi_histogram = 0;
const struct ledger_counters *const abi_ledger_counters = 0;
const enum event_context *const abi_event_context = 0;

char LICENSE[] SEC("license") = "GPL";
