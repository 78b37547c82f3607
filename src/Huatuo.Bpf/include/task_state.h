/* SPDX-License-Identifier: GPL-2.0 */
/* What a task does: 0 when it runs or is ready to. */
#pragma once

#include "kernel.h"

/* include/linux/sched.h */
#define TASK_UNINTERRUPTIBLE 2u
#define TASK_DEAD            0x80u
#define TASK_NOLOAD          0x400u

/* Of a task that the verifier trusts. */
static __always_inline __u32 task_state(struct task_struct *task)
{
	if (bpf_core_field_exists(task->__state))
		return task->__state;
	return ((struct task_struct___v5_13 *)task)->state;
}
