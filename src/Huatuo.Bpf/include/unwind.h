/* SPDX-License-Identifier: GPL-2.0 */
/* User stacks of code without frame pointers, on x86-64, by the tables that user space made. */
#pragma once

#include "unwind_tables.h"

#define UNWIND_AT_ONCE 8
#define UNWIND_FRAMES  127

enum unwind_mode {
	UNWIND_BY_POINTERS,
	UNWIND_BY_BOTH, /* by tables, and by frame pointers where there is none */
	UNWIND_BY_TABLES,
};

const volatile __u32 cfg_unwind = UNWIND_BY_POINTERS;

/* How stacks ended, and what frames were followed by. */
struct unwind_counters {
	__u64 whole;    /* where the program or thread began, by tables alone */
	__u64 mixed;    /* there, with the help of frame pointers */
	__u64 pointers; /* the process has no tables, or not yet: by frame pointers alone */
	__u64 cut;
	__u64 unmapped;
	__u64 untold; /* no rule, and no frame pointers to be tried */
	__u64 unreadable;
	__u64 broken; /* what was found cannot be a frame */
	__u64 table_frames;
	__u64 pointer_frames;
};

enum unwind_outcome {
	UNWIND_ON,
	UNWIND_WHOLE,
	UNWIND_CUT,
	UNWIND_UNMAPPED,
	UNWIND_UNTOLD,
	UNWIND_UNREADABLE,
	UNWIND_BROKEN,
};

struct unwind_state {
	__u64 pc;
	__u64 sp;
	__u64 bp;
	__u64 image;
	__u32 tgid;
	__u32 is_return; /* the call is before pc */
	__u32 table_frames;
	__u32 pointer_frames;
	struct profile_stack stack;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, STACK_PLACES);
	__type(key, __u32);
	__type(value, struct unwind_state);
} unwind_states SEC(".maps");

enum unwind_want {
	WANT_NOTHING,
	WANT_PROGRAM, /* it runs another program than is known, or none is */
	WANT_MAPPING, /* it went to where nothing was mapped */
};

struct unwind_request {
	__u64 why;
	__u64 image; /* what ran when it was asked for */
};

/* Processes that user space is to look at. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, UNWIND_PROCESSES);
	__type(key, __u32);
	__type(value, struct unwind_request);
} unwind_wanted SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct unwind_counters);
} unwind_counts SEC(".maps");

#if defined(__TARGET_ARCH_x86)

#define UNWIND_WORD       8
#define UNWIND_TOP        0x7fffffffffffffffULL
#define THREAD_BYTES      16384 /* arch/x86/include/asm/page_64_types.h */
#define PT_REGS_BYTES     168
#define LARGEST_FRAME     (16u << 20)
#define SIGNAL_BP         120 /* from the stack pointer in the code that ends a handler: struct rt_sigframe */
#define SIGNAL_SP         160
#define SIGNAL_PC         168
#define LOST_BASE_POINTER 1 /* no address of a word */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct pt_regs___unwind {
	unsigned long bp;
	unsigned long ip;
	unsigned long sp;
};

struct mm_struct___unwind {
	unsigned long arg_start;
};

struct task_struct___unwind {
	void *stack;
	struct mm_struct___unwind *mm;
};
#pragma clang attribute pop

/* 1 when what is at a place is not above what is looked for. No branch, since the verifier would follow both ways. */
static __always_inline __u64 is_not_above(__u64 at, __u64 wanted)
{
	__u64 difference = wanted - at;

	asm volatile("" : "+r"(difference));
	return (difference >> 63) ^ 1;
}

/* Old verifiers forget a bound that the compiler knows, so that it is stated where it is needed. */
#define WITHIN(at, count)                                                   \
	({                                                                  \
		__u64 within = (at);                                        \
		asm volatile("%0 &= %1" : "+r"(within) : "i"((count) - 1)); \
		within;                                                     \
	})

static __always_inline __u64 mapping_at(struct unwind_process *process, __u64 pc)
{
	__u64 at = 0;

#pragma unroll
	for (int shift = 7; shift >= 0; shift--)
		at += is_not_above(process->starts[WITHIN(at + (1 << shift), UNWIND_MAPPINGS)], pc) << shift;
	return at;
}

static __always_inline bool find_row(__u32 table, __u64 pc, struct unwind_row *row)
{
	void *pages = bpf_map_lookup_elem(&unwind_tables, &table);
	__u32 key = 0, *firsts;
	struct unwind_row *rows;
	__u64 at = 0;

	if (!pages || pc >> 32)
		return false;
	firsts = bpf_map_lookup_elem(pages, &key);
	if (!firsts)
		return false;
#pragma unroll
	for (int shift = 9; shift >= 0; shift--)
		at += is_not_above(firsts[WITHIN(at + (1 << shift), UNWIND_PAGES)], pc) << shift;
	key = 1 + at;
	rows = bpf_map_lookup_elem(pages, &key);
	if (!rows)
		return false;
	at = 0;
#pragma unroll
	for (int shift = 8; shift >= 0; shift--)
		at += is_not_above(rows[WITHIN(at + (1 << shift), UNWIND_ROWS)].pc, pc) << shift;
	*row = rows[WITHIN(at, UNWIND_ROWS)];
	return true;
}

static __always_inline bool read_word(__u64 *word, __u64 address)
{
	return !bpf_probe_read_user(word, sizeof(*word), (void *)address);
}

static __always_inline __u32 leave_handler(struct unwind_state *state)
{
	__u64 sp = state->sp;

	if (!read_word(&state->bp, sp + SIGNAL_BP) || !read_word(&state->sp, sp + SIGNAL_SP) ||
		!read_word(&state->pc, sp + SIGNAL_PC))
		return UNWIND_UNREADABLE;
	state->is_return = 0;
	state->table_frames++;
	return UNWIND_ON;
}

/* The frame's address by the frame pointer, if it can be one. */
static __always_inline __u32 follow_pointer(struct unwind_state *state, struct unwind_row *row, __u64 *cfa)
{
	if (cfg_unwind == UNWIND_BY_TABLES)
		return UNWIND_UNTOLD;
	if (!state->bp && state->is_return)
		return UNWIND_WHOLE;
	if (state->bp < state->sp || state->bp - state->sp > LARGEST_FRAME || state->bp % UNWIND_WORD)
		return UNWIND_BROKEN;
	*cfa = state->bp + 2 * UNWIND_WORD;
	row->base = -2;
	state->pointer_frames++;
	return UNWIND_ON;
}

static __always_inline __u32 unwind_frame(struct unwind_state *state, struct unwind_process *process)
{
	__u64 pc = state->pc - state->is_return, mapping = mapping_at(process, pc), cfa, caller;
	__u32 table = process->tables[WITHIN(mapping, UNWIND_MAPPINGS)], frames = state->stack.frames, outcome;
	struct unwind_row row = {};
	bool is_nowhere = pc >> 63 || table == UNWIND_NOWHERE || pc < process->starts[0];

	/* What is not known to be code is nobody's return address. */
	if (frames && is_nowhere)
		return UNWIND_UNMAPPED;
	if (frames >= UNWIND_FRAMES)
		return UNWIND_CUT;
	state->stack.addresses[frames] = state->pc;
	state->stack.frames = frames + 1;
	if (is_nowhere)
		return UNWIND_UNMAPPED;
	if (table != UNWIND_NO_TABLE)
		find_row(table, pc - process->biases[WITHIN(mapping, UNWIND_MAPPINGS)], &row);
	if (row.kind == ROW_END)
		return UNWIND_WHOLE;
	if (row.kind == ROW_SIGNAL)
		return leave_handler(state);
	if (row.kind == ROW_NONE) {
		outcome = follow_pointer(state, &row, &cfa);
		if (outcome)
			return outcome;
	} else {
		cfa = (row.kind == ROW_SP || row.kind == ROW_PLT ? state->sp : state->bp) + row.cfa * UNWIND_WORD;
		if (row.kind == ROW_PLT)
			cfa = state->sp + ((int)(state->pc & 15) >= row.cfa ? 2 : 1) * UNWIND_WORD;
		if (row.kind == ROW_BP_AT && !read_word(&cfa, cfa))
			return UNWIND_UNREADABLE;
		state->table_frames++;
	}
	if (cfa <= state->sp)
		return UNWIND_BROKEN;
	if (!read_word(&caller, cfa - UNWIND_WORD))
		return UNWIND_UNREADABLE;
	if (row.base == BASE_LOST)
		state->bp = LOST_BASE_POINTER;
	else if (row.base != BASE_KEPT &&
		!read_word(&state->bp, row.base == BASE_AT_ITSELF ? state->bp : cfa + row.base * UNWIND_WORD))
		return UNWIND_UNREADABLE;
	state->sp = cfa;
	state->pc = caller;
	state->is_return = 1;
	return caller ? UNWIND_ON : UNWIND_WHOLE;
}

/* Verified once, however often it is called. */
__noinline int unwind_some(__u32 place)
{
	struct unwind_process *process;
	struct unwind_state *state;
	__u32 outcome = UNWIND_ON;

	state = bpf_map_lookup_elem(&unwind_states, &place);
	if (!state)
		return UNWIND_UNTOLD;
	process = bpf_map_lookup_elem(&unwind_processes, &state->tgid);
	if (!process)
		return UNWIND_UNTOLD;
	for (int i = 0; i < UNWIND_AT_ONCE; i++) {
		outcome = unwind_frame(state, process);
		if (outcome)
			break;
	}
	/* What user space takes out may be another process's place at once. */
	return *(volatile __u64 *)&process->image == state->image ? outcome : UNWIND_BROKEN;
}

static __always_inline struct pt_regs___unwind *user_registers(struct task_struct *task)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return (struct pt_regs___unwind *)bpf_task_pt_regs(bpf_get_current_task_btf());
	return BPF_CORE_READ((struct task_struct___unwind *)task, stack) + THREAD_BYTES - PT_REGS_BYTES;
}

static __always_inline void want(struct unwind_state *state, __u64 why)
{
	struct unwind_request request = { .why = why, .image = state->image };

	bpf_map_update_elem(&unwind_wanted, &state->tgid, &request, BPF_ANY);
}

static __always_inline void count_outcome(struct unwind_state *state, __u32 outcome)
{
	__u32 zero = 0;
	struct unwind_counters *counts = bpf_map_lookup_elem(&unwind_counts, &zero);

	if (!counts)
		return;
	__sync_fetch_and_add(&counts->table_frames, state->table_frames);
	__sync_fetch_and_add(&counts->pointer_frames, state->pointer_frames);
	if (outcome == UNWIND_WHOLE && !state->pointer_frames)
		__sync_fetch_and_add(&counts->whole, 1);
	else if (outcome == UNWIND_WHOLE)
		__sync_fetch_and_add(&counts->mixed, 1);
	else if (outcome == UNWIND_UNMAPPED)
		__sync_fetch_and_add(&counts->unmapped, 1);
	else if (outcome == UNWIND_UNTOLD)
		__sync_fetch_and_add(&counts->untold, 1);
	else if (outcome == UNWIND_UNREADABLE)
		__sync_fetch_and_add(&counts->unreadable, 1);
	else if (outcome == UNWIND_BROKEN)
		__sync_fetch_and_add(&counts->broken, 1);
	else
		__sync_fetch_and_add(&counts->cut, 1);
}

static __always_inline void count_pointers(void)
{
	__u32 zero = 0;
	struct unwind_counters *counts = bpf_map_lookup_elem(&unwind_counts, &zero);

	if (counts)
		__sync_fetch_and_add(&counts->pointers, 1);
}

/* The current task's stack by tables. False when its process has none. */
static __always_inline bool unwind(struct unwind_state *state, __u32 place)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct pt_regs___unwind *registers;
	struct unwind_process *process;
	struct mm_struct___unwind *mm;
	__u32 outcome = UNWIND_ON;

	mm = BPF_CORE_READ((struct task_struct___unwind *)task, mm);
	if (!cfg_unwind || !mm)
		return false;
	state->image = BPF_CORE_READ(mm, arg_start);
	state->tgid = bpf_get_current_pid_tgid() >> 32;
	process = bpf_map_lookup_elem(&unwind_processes, &state->tgid);
	if (!process || process->image != state->image) {
		want(state, WANT_PROGRAM);
		count_pointers();
		return false;
	}
	if (!process->count) {
		count_pointers();
		return false;
	}
	registers = user_registers(task);
	state->pc = BPF_CORE_READ(registers, ip);
	state->sp = BPF_CORE_READ(registers, sp);
	state->bp = BPF_CORE_READ(registers, bp);
	state->is_return = state->table_frames = state->pointer_frames = 0;
	state->stack.frames = 0;
	for (int i = 0; i < UNWIND_FRAMES / UNWIND_AT_ONCE + 1; i++) {
		outcome = unwind_some(place);
		if (outcome)
			break;
	}
	/* Something may have been mapped since. */
	if (outcome == UNWIND_UNMAPPED)
		want(state, WANT_MAPPING);
	count_outcome(state, outcome);
	return true;
}

#else

static __always_inline bool unwind(struct unwind_state *state, __u32 place)
{
	return false;
}

#endif
