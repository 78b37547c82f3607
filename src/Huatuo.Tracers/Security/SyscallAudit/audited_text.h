/* SPDX-License-Identifier: GPL-2.0 */
/* The texts that arguments point to. */
#pragma once

#include "audited_call.h"

/* A text of user space. One byte more than fits is looked at to tell a text that fits exactly from one that is cut. */
static __always_inline __u32 read_text(char *to, __u32 size, __u64 from, __u32 read, __u32 cut)
{
	long length = bpf_probe_read_user_str(to, size, (void *)from);
	char next = 0;

	if (length < 0)
		return 0;
	if (length < size)
		return read;
	bpf_probe_read_user(&next, 1, (void *)from + size - 1);
	return next ? read | cut : read;
}

/* Reads what was not read yet: memory that is not resident at the start of a call is, when the kernel has used it. */
static __always_inline void read_texts(struct syscall_audit_record *record)
{
	const struct audit_plan *plan = &record->plan;

	if (plan->path && !(record->text & AUDIT_PATH_READ))
		record->text |= read_text(
			record->path, PATH_BYTES, argument(record, plan->path), AUDIT_PATH_READ, AUDIT_PATH_CUT);
	if (plan->path2 && !(record->text & AUDIT_PATH2_READ))
		record->text |= read_text(
			record->path2, PATH_BYTES, argument(record, plan->path2), AUDIT_PATH2_READ, AUDIT_PATH2_CUT);
	if (record->text & AUDIT_DATA_READ)
		return;
	if (plan->data_kind == AUDIT_DATA_TEXT) {
		record->text |= read_text((char *)record->data, DATA_BYTES, argument(record, plan->data),
			AUDIT_DATA_READ, AUDIT_DATA_CUT);
		record->data_bytes = DATA_BYTES;
	} else if (plan->data_kind == AUDIT_DATA_BYTES) {
		__u64 length = argument(record, plan->data_length);

		if (length > DATA_BYTES)
			length = DATA_BYTES;
		if (length && !bpf_probe_read_user(record->data, length, (void *)argument(record, plan->data))) {
			record->data_bytes = length;
			record->text |= AUDIT_DATA_READ;
		}
	}
}

/* The arguments of a program that runs lie in its own memory, one after the other. */
static __always_inline void read_new_argv(struct audit_scratch *slot, struct task_struct *task)
{
	struct mm_struct *mm = BPF_CORE_READ((struct task_struct___audit *)task, mm);
	unsigned long start = BPF_CORE_READ(mm, arg_start);
	unsigned long bytes = BPF_CORE_READ(mm, arg_end) - start;

	if (bytes > ARGV_BYTES) {
		bytes = ARGV_BYTES;
		slot->record.text |= AUDIT_DATA_CUT;
	}
	if (bytes && !bpf_probe_read_user(slot->argv, bytes, (void *)start)) {
		slot->record.argv_bytes = bytes;
		slot->record.text |= AUDIT_DATA_READ;
	}
}

/* Those of a program that was not started are read one by one. */
static __always_inline void read_old_argv(struct audit_scratch *slot)
{
	struct syscall_audit_record *record = &slot->record;
	bool compat = record->text & AUDIT_COMPAT;
	__u64 list = argument(record, record->plan.data);
	__u64 bytes = 0;

	for (int i = 0; i <= ARGV_ITEMS; i++) {
		__u64 item = 0;
		long length;

		if (bpf_probe_read_user(&item, compat ? 4 : 8, (void *)(list + i * (compat ? 4 : 8))))
			break;
		if (!item)
			break;
		if (i == ARGV_ITEMS || bytes >= ARGV_BYTES) {
			record->text |= AUDIT_DATA_CUT;
			break;
		}
		length = bpf_probe_read_user_str(slot->argv + (bytes & (ARGV_BYTES - 1)), ARGV_ITEM, (void *)item);
		if (length <= 0)
			break;
		if (length == ARGV_ITEM)
			record->text |= AUDIT_DATA_CUT;
		bytes += length;
		record->text |= AUDIT_DATA_READ;
	}
	if (bytes > ARGV_BYTES) {
		bytes = ARGV_BYTES;
		record->text |= AUDIT_DATA_CUT;
	}
	record->argv_bytes = bytes;
}
