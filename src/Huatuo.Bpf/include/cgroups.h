/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of each cgroup, in a hash by its id. An entry is made when the cgroup first counts something and goes with
 * the cgroup; those for which there is no room share the entry 0, which user space makes before anything is attached.
 */
#pragma once

#include "kernel.h"

#define CSS_ONLINE 2u /* include/linux/cgroup-defs.h */

/* Those of a task, one of which events are told by. */
struct task_cgroups {
	struct cgroup_subsys_state *memory;
	struct cgroup *unified;
};

/*
 * Of a task that the verifier trusts, also of one that does not run. To be read before anything branches: for each path
 * to here the verifier looks the types up again, by their names among all of the kernel's.
 */
static __always_inline struct task_cgroups cgroups_of(struct task_struct *task)
{
	struct css_set *set = task->cgroups;
	struct task_cgroups cgroups = {
		.memory = set->subsys[bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id)],
		.unified = set->dfl_cgrp,
	};

	barrier_var(cgroups.memory);
	barrier_var(cgroups.unified);
	return cgroups;
}

/* The cgroup that events are told by, see fill_cgroup. */
static __always_inline struct cgroup *cgroup_of(struct task_cgroups cgroups)
{
	struct cgroup *cgroup = cgroups.memory->cgroup;

	return cgroup && cgroup->root->hierarchy_id ? cgroup : cgroups.unified;
}

/* The same of a task by any pointer, by copies. */
static __always_inline struct cgroup *cgroup_of_any(struct task_struct *task)
{
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	struct cgroup_subsys_state *css = NULL;
	struct cgroup *cgroup;

	bpf_core_read(&css, sizeof(css), &set->subsys[bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id)]);
	cgroup = BPF_CORE_READ(css, cgroup);
	return cgroup && BPF_CORE_READ(cgroup, root, hierarchy_id) ? cgroup : BPF_CORE_READ(set, dfl_cgrp);
}

/*
 * map: the hash; fresh: a value of zeros. A cgroup that is being removed gets no entry any more, so that none stays
 * behind.
 */
static __always_inline void *cgroup_counters(void *map, __u64 id, bool is_online, const void *fresh)
{
	void *counters = bpf_map_lookup_elem(map, &id);

	if (counters)
		return counters;
	if (is_online) {
		bpf_map_update_elem(map, &id, fresh, BPF_NOEXIST);
		counters = bpf_map_lookup_elem(map, &id);
		if (counters)
			return counters;
	}
	id = 0;
	return bpf_map_lookup_elem(map, &id);
}

/* For cgroup:cgroup_rmdir, whose first argument is the cgroup. */
static __always_inline int cgroup_removed_from(void *map, __u64 *ctx)
{
	__u64 id = ((struct cgroup *)ctx[0])->kn->id;

	bpf_map_delete_elem(map, &id);
	return 0;
}
