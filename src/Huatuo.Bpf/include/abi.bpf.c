// SPDX-License-Identifier: GPL-2.0
/* The structs that every tracer shares; this object is never loaded. */
#include "file.h"
#include "histogram.h"
#include "identity.h"
#include "ledger.h"
#include "profile.h"

const struct file_path *const abi_file_path = 0;
const struct event_header *const abi_event_header = 0;
const struct histogram *const abi_histogram = 0;
const struct ledger_counters *const abi_ledger_counters = 0;
const struct profile_key *const abi_profile_key = 0;
const struct profile_value *const abi_profile_value = 0;
const struct profile_stack *const abi_profile_stack = 0;
const struct profile_counters *const abi_profile_counters = 0;
const struct unwind_row *const abi_unwind_row = 0;
const struct unwind_process *const abi_unwind_process = 0;
const struct unwind_state *const abi_unwind_state = 0;
const struct unwind_counters *const abi_unwind_counters = 0;
const struct unwind_request *const abi_unwind_request = 0;
const enum unwind_want *const abi_unwind_want = 0;
const enum unwind_mode *const abi_unwind_mode = 0;
const enum unwind_place *const abi_unwind_place = 0;
const enum unwind_kind *const abi_unwind_kind = 0;
const enum unwind_base *const abi_unwind_base = 0;
const enum event_context *const abi_event_context = 0;

char LICENSE[] SEC("license") = "GPL";
