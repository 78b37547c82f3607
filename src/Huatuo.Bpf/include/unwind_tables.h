/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What user space tells of stacks without frame pointers: it compiles the call frame information of files into tables
 * of rows, and tells of each process where files lie. A row holds from its address to that of the next.
 */
#pragma once

#include "identity.h"

#define UNWIND_TABLES     2048 /* user space makes these what it needs */
#define UNWIND_PROCESSES  1024
#define UNWIND_PAGE_BYTES 4096
#define UNWIND_PAGES      1024 /* of a table, behind the page that tells where each begins */
#define UNWIND_ROWS       512  /* of a page */
#define UNWIND_MAPPINGS   256

/* Instead of a table. */
enum unwind_place {
	UNWIND_NOWHERE = 0xffffffff, /* nothing is mapped that may be executed */
	UNWIND_NO_TABLE = 0xfffffffe,
};

enum unwind_kind {
	ROW_NONE, /* no rule is known, or none that a row can hold */
	ROW_SP,
	ROW_BP,
	ROW_BP_AT, /* the frame's address lies where the base pointer and an offset point */
	ROW_PLT,   /* depends on how far the entry of the table of procedures got: cfa is the byte of the push's end */
	ROW_SIGNAL,
	ROW_END,
};

/* Where the caller's base pointer is; else the words from the frame's address to it. */
enum unwind_base {
	BASE_KEPT = 0,
	BASE_AT_ITSELF = 126,
	BASE_LOST = 127,
};

/* Offsets count words of 8 bytes. */
struct unwind_row {
	__u32 pc;
	__s16 cfa;
	__s8 base;
	__u8 kind;
};

/* Mappings by address; unused ones lie above all addresses. An address less its bias is one of the table. */
struct unwind_process {
	__u64 image;
	__u64 count; /* 0: its stacks are none of this kind */
	__u64 starts[UNWIND_MAPPINGS];
	__u64 biases[UNWIND_MAPPINGS];
	__u32 tables[UNWIND_MAPPINGS];
};

struct unwind_table {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_INNER_MAP);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, UNWIND_PAGE_BYTES);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, UNWIND_TABLES);
	__type(key, __u32);
	__array(values, struct unwind_table);
} unwind_tables SEC(".maps");

/* No map of maps: each change of one waits for all CPUs, and there are as many as processes come and go. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, UNWIND_PROCESSES);
	__type(key, __u32);
	__type(value, struct unwind_process);
} unwind_processes SEC(".maps");
