/* SPDX-License-Identifier: GPL-2.0 */
/* Which calls are wanted: by task, container and path. */
#pragma once

#include "audited_call.h"
#include "bytes.h"

struct path_prefix {
	__u32 bits;
	__u8 text[PREFIX_BYTES];
};

struct container_prefix {
	__u32 bits;
	__u8 text[CONTAINER_BYTES];
};

struct task_name {
	char text[16];
};

struct cgroup_name {
	char text[NAME_BYTES + CONTAINER_BYTES];
};

const volatile bool cfg_uids = false;
const volatile bool cfg_comms = false;
const volatile bool cfg_containers = false;
const volatile __u64 cfg_bpf_commands = 0;
const volatile __u32 cfg_own_tgid = 0;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u8);
} uids SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, struct task_name);
	__type(value, __u8);
} comms SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 256);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct container_prefix);
	__type(value, __u8);
} containers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 256);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct path_prefix);
	__type(value, __u8);
} paths SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cgroup_name);
} name_scratch SEC(".maps");

static __always_inline bool listed_path(const struct syscall_audit_record *record, struct path_prefix *key)
{
	key->bits = PREFIX_BYTES * 8;
	__builtin_memcpy(key->text, record->path, PREFIX_BYTES);
	return bpf_map_lookup_elem(&paths, key) != NULL;
}

/* Filters that need an argument. Paths that could not be read yet are decided on when the call returns. */
static __always_inline bool wanted_arguments(const struct syscall_audit_record *record)
{
	struct path_prefix key;

	if (record->plan.flags & AUDIT_BPF) {
		__u64 command = record->arguments[0];

		if (command >= 64 || !(cfg_bpf_commands >> (command & 63) & 1))
			return false;
	}
	if (record->plan.flags & AUDIT_PATHS && record->text & AUDIT_PATH_READ)
		return listed_path(record, &key);
	return true;
}

/* The id is the last 64 bytes of the cgroup's name, but for a suffix ".scope". */
static __always_inline bool is_container(struct cgroup *cgroup, struct cgroup_name *name)
{
	struct container_prefix key = { .bits = CONTAINER_BYTES * 8 };
	long bytes = bpf_probe_read_kernel_str(name->text, NAME_BYTES, BPF_CORE_READ(cgroup, kn, name));
	const char scope[] = { '.', 's', 'c', 'o', 'p', 'e' };
	__u64 end = bytes - 1;

	if (bytes <= CONTAINER_BYTES || bytes > NAME_BYTES)
		return false;
	if (end >= CONTAINER_BYTES + sizeof(scope)) {
		__u64 at = (end - sizeof(scope)) & (NAME_BYTES - 1);

		if (same_bytes(name->text + at, scope, sizeof(scope)))
			end = at;
	}
	end = (end - CONTAINER_BYTES) & (NAME_BYTES - 1);
	__builtin_memcpy(key.text, name->text + end, CONTAINER_BYTES);
	return bpf_map_lookup_elem(&containers, &key) != NULL;
}

/* The task's own cgroup, or a few above it: a container may have some of its own. */
static __always_inline bool wanted_container(struct cgroup *cgroup)
{
	__u32 zero = 0;
	struct cgroup_name *name = bpf_map_lookup_elem(&name_scratch, &zero);

	for (int level = 0; name && cgroup && level < CGROUP_LEVELS; level++) {
		if (is_container(cgroup, name))
			return true;
		cgroup = BPF_CORE_READ((struct cgroup___self *)cgroup, self.parent, cgroup);
	}
	return false;
}

static __always_inline bool wanted_task(const struct syscall_audit_record *record, struct cgroup *cgroup)
{
	if (record->header.tgid == cfg_own_tgid)
		return false;
	if (cfg_uids && !bpf_map_lookup_elem(&uids, &record->uid))
		return false;
	if (cfg_comms && !bpf_map_lookup_elem(&comms, record->header.comm))
		return false;
	return !cfg_containers || wanted_container(cgroup);
}
